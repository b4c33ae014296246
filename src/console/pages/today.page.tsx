import { looksAgain, Moment } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView } from '../shell/view.js';
import { AuditCard, BanksCard, OrdersCard, TopUpsCard, WebhooksCard } from './today-cards.js';
import { InstancesPanel } from './today-instances.js';
import { PaymentsPanel } from './today-payments.js';

export const TODAY_PATH = '/console/today';
const EVERY_SECONDS = 5;

const LOOKS_AGAIN = looksAgain({ id: 'now', url: `${TODAY_PATH}/now`, everySeconds: EVERY_SECONDS });

interface TodayProps {
  readonly overview: Schemas['OverviewDto'];
  /** Whether it does not look again by itself. */
  readonly isStill: boolean;
}

/** What goes on, and what waits. */
export function TodayPage({ overview, isStill }: TodayProps) {
  const { at, payments, topUps, openCircuits, orders, webhooks, audit, instances } = overview;
  return (
    <div id="now" class="stack" {...(isStill ? {} : LOOKS_AGAIN)}>
      <AsOf at={at} isStill={isStill} />
      <PaymentsPanel payments={payments} />
      <div class="cards">
        <TopUpsCard topUps={topUps} />
        <OrdersCard orders={orders} />
        <WebhooksCard webhooks={webhooks} />
        <BanksCard openCircuits={openCircuits} />
        <AuditCard audit={audit} />
      </div>
      <InstancesPanel instances={instances} />
    </div>
  );
}

function AsOf({ at, isStill }: { readonly at: string; readonly isStill: boolean }) {
  const { t } = useView();
  return (
    <p class="small">
      {t('today.asOf')} <Moment at={at} />
      {' · '}
      {isStill ? t('today.isStill') : t('today.looksAgain', { seconds: EVERY_SECONDS })}{' '}
      {isStill ? <a href={TODAY_PATH}>{t('today.goOn')}</a> : <a href={`${TODAY_PATH}?still=yes`}>{t('today.hold')}</a>}
    </p>
  );
}
