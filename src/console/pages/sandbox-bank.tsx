import { randomUUID } from 'node:crypto';
import type { ComponentChildren } from 'preact';
import { Badge, FieldErrors, Notice } from '../components/index.js';
import { ApiRefusal } from '../console.errors.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { LIES_TEXTS } from '../texts/lies.texts.js';
import { lieCall } from './sandbox-calls.js';
import type { Walk } from './sandbox-walk.js';
import { TRUTH } from './sandbox-place.js';
import { Curl, Step, StepAnswer, StepForm } from './sandbox-step.js';

/** So many lies are shown at once: those with the best stories. */
const SHOWN = 5;
const FIRST_CHOICE = 'inProgressThenDone';

type Bank = Schemas['SandboxBankDto'];

export function BankStep({ place, state: { bank }, shell, mayAct, said }: Walk) {
  const { t } = useView();
  return (
    <Step number={2} title={t('sandbox.bank')} what={t('sandbox.bankWhat')}>
      <StepAnswer said={said} step="bank" what="PUT /sandbox/bank" next={3} />
      {bank instanceof ApiRefusal ? (
        <NoBank refusal={bank} />
      ) : (
        <>
          <BankNow {...bank} />
          {mayAct && (
            <StepForm step="bank" place={place} idempotencyKey={randomUUID()} submit={t('sandbox.setLie')}>
              <LieChoices {...bank} />
            </StepForm>
          )}
          <Curl call={lieCall(FIRST_CHOICE)} shell={shell} />
        </>
      )}
    </Step>
  );
}

function NoBank({ refusal: { answer } }: { readonly refusal: ApiRefusal }) {
  const { t } = useView();
  if (answer.status === 404) return <Notice tone="wait" title={t('sandbox.noBank')} />;
  return (
    <Notice tone="bad" title={answer.message}>
      <FieldErrors detail={answer.detail} />
    </Notice>
  );
}

function BankNow({ lie, times }: Bank) {
  const { t } = useView();
  const told = lie !== null && times !== null ? t('sandbox.lieTimes', { lie, times }) : lie;
  return (
    <p>
      {t('sandbox.bankNow')}{' '}
      {told === null ? <Badge tone="good">{t('sandbox.truth')}</Badge> : <Badge tone="wait">{told}</Badge>}
    </p>
  );
}

function LieChoices({ lies }: Bank) {
  const { t } = useView();
  const ordered = lies.toSorted((a, b) => rankOf(a.lie) - rankOf(b.lie));
  const choice = ({ lie, does }: Bank['lies'][number]) => (
    <Choice key={lie} value={lie} name={<code>{lie}</code>} what={lieText(t, lie, does)} />
  );
  return (
    <fieldset class="choices">
      <legend>{t('sandbox.lieLegend')}</legend>
      {ordered.slice(0, SHOWN).map(choice)}
      <Choice value={TRUTH} name={t('sandbox.truth')} what={t('sandbox.truthWhat')} />
      <details>
        <summary>{t('sandbox.moreLies', { count: ordered.length - SHOWN })}</summary>
        {ordered.slice(SHOWN).map(choice)}
      </details>
    </fieldset>
  );
}

interface ChoiceProps {
  readonly value: string;
  readonly name: ComponentChildren;
  readonly what: string;
}

function Choice({ value, name, what }: ChoiceProps) {
  return (
    <label class="choice">
      <input type="radio" name="lie" value={value} checked={value === FIRST_CHOICE} />
      <span>
        {name} <span class="small block">{what}</span>
      </span>
    </label>
  );
}

const KNOWN = Object.keys(LIES_TEXTS);

/** Lies that have no text yet come last. */
function rankOf(lie: string): number {
  const place = KNOWN.indexOf(`lie.${lie}`);
  return place < 0 ? KNOWN.length : place;
}

function lieText(t: View['t'], lie: string, does: string): string {
  const key = `lie.${lie}`;
  return isText(key) ? t(key) : does;
}

const isText = (key: string): key is keyof typeof LIES_TEXTS => Object.hasOwn(LIES_TEXTS, key);
