import { useView } from '../shell/view.js';
import { BankStep } from './sandbox-bank.js';
import { ClockStep } from './sandbox-clock.js';
import { CustomerStep } from './sandbox-customer.js';
import { PaymentStep } from './sandbox-payment.js';
import { Step } from './sandbox-step.js';
import type { Walk } from './sandbox-walk.js';
import { SandboxStory, WatchForm } from './sandbox-story.js';

/** The walk of a newcomer: a customer, a bank that lies, a payment, and its story. */
export function SandboxPage(walk: Walk) {
  const { t } = useView();
  const { story } = walk.state;
  return (
    <>
      <CustomerStep {...walk} />
      <BankStep {...walk} />
      <PaymentStep {...walk} />
      <Step number={4} title={t('sandbox.story')} what={t('sandbox.storyWhat')}>
        {story === undefined ? <p class="empty">{t('sandbox.noPayment')}</p> : <SandboxStory story={story} />}
        {walk.keyTrouble !== null && <WatchForm paymentId={walk.place.paymentId} />}
      </Step>
      <ClockStep {...walk} />
    </>
  );
}
