import type { ComponentChildren } from 'preact';
import { ActOutcome, Badge, CsrfField, Notice } from '../components/index.js';
import type { ApiCall } from '../shell/console-api.js';
import { useView } from '../shell/view.js';
import { curlOf, type Shell } from './sandbox-calls.js';
import { type Place, SANDBOX_PATH, sandboxPathOf, type SandboxStep } from './sandbox-place.js';
import type { Said } from './sandbox-state.js';

/** Of a payment or a charge: what its statuses mean to who has asked. */
const EXPLAINED = [202, 409, 422, 503] as const;

interface StepProps {
  readonly number: number;
  readonly title: string;
  /** What will happen. */
  readonly what: string;
  readonly isDone?: boolean;
  readonly children: ComponentChildren;
}

/** One of the things that a newcomer does, one after the other. */
export function Step({ number, title, what, isDone, children }: StepProps) {
  const { t } = useView();
  const id = `step-${number}`;
  return (
    <section class="panel step" aria-labelledby={id}>
      <h2 id={id}>
        <span class="step-number">{number}</span> {title} {isDone && <Badge tone="good">{t('sandbox.isDone')}</Badge>}
      </h2>
      <p>{what}</p>
      {children}
    </section>
  );
}

interface StepFormProps {
  readonly step: SandboxStep;
  readonly place: Place;
  readonly idempotencyKey: string;
  readonly submit: string;
  readonly children: ComponentChildren;
}

/** Sent as it is, without htmx: where it leads is a page that may be looked at again. */
export function StepForm({ step, place: { userId, paymentId }, idempotencyKey, submit, children }: StepFormProps) {
  return (
    <form class="step-form" method="post" action={`${SANDBOX_PATH}/${step}`}>
      {children}
      <CsrfField />
      <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
      {userId !== undefined && <input type="hidden" name="userId" value={userId} />}
      {paymentId !== undefined && <input type="hidden" name="paymentId" value={paymentId} />}
      <p class="buttons">
        <button type="submit">{submit}</button>
      </p>
    </form>
  );
}

interface StepAnswerProps {
  readonly said: Said | undefined;
  readonly step: SandboxStep;
  /** The call. */
  readonly what: string;
  /** The number of the step to go on with. */
  readonly next?: number;
}

/** What came of a step, where it was the last one that was taken. */
export function StepAnswer({ said, step, what, next }: StepAnswerProps) {
  const { t } = useView();
  if (said?.step !== step) return null;
  const { answer } = said;
  if (typeof answer === 'number') {
    const tone = answer >= 400 ? 'bad' : answer === 202 ? 'wait' : 'good';
    const explained = EXPLAINED.find((status) => status === answer);
    return (
      <Notice tone={tone} title={t('sandbox.answered', { what, status: answer })} takesFocus>
        {explained !== undefined && <p>{t(`sandbox.means.${explained}`)}</p>}
        {next !== undefined && (
          <p>
            <a href={`#step-${next}`}>{t('sandbox.goOn', { number: next })}</a>
          </p>
        )}
      </Notice>
    );
  }
  return <ActOutcome answer={answer} back={sandboxPathOf({})} done={() => null} />;
}

/** The same for who does it without the console. */
export function Curl({ call, shell }: { readonly call: ApiCall & { readonly body: object }; readonly shell: Shell }) {
  const { t } = useView();
  return (
    <figure class="curl">
      <figcaption class="small">{t('sandbox.curl')}</figcaption>
      <pre>
        <code>{curlOf(call, shell)}</code>
      </pre>
    </figure>
  );
}
