import { randomUUID } from 'node:crypto';
import { ChoiceField, Moment } from '../components/index.js';
import { useView, type View } from '../shell/view.js';
import { clockCall } from './sandbox-calls.js';
import type { Walk } from './sandbox-walk.js';
import { Curl, Step, StepAnswer, StepForm } from './sandbox-step.js';

/** In seconds. After eight days an authorisation is over, after 32 a month. */
const OFFSETS = [0, 3_600, 86_400, 691_200, 2_764_800] as const;

export function ClockStep({ place, state: { clock }, shell, mayAct, said }: Walk) {
  const { t } = useView();
  const { offsetSeconds, now } = clock;
  return (
    <Step number={5} title={t('sandbox.clock')} what={t('sandbox.clockWhat')}>
      <StepAnswer said={said} step="clock" what="PUT /sandbox/clock" />
      <p>
        {t('sandbox.clockNow')} <Moment at={now} />
      </p>
      {mayAct && (
        <StepForm step="clock" place={place} idempotencyKey={randomUUID()} submit={t('sandbox.setClock')}>
          <ChoiceField
            name="offsetSeconds"
            label={t('sandbox.offset')}
            choices={choices(t, offsetSeconds)}
            value={String(offsetSeconds)}
          />
        </StepForm>
      )}
      <Curl call={clockCall(86_400)} shell={shell} />
    </Step>
  );
}

/** With the one that is set, whatever it is. */
function choices(t: View['t'], set: number) {
  const usual = OFFSETS.map((seconds) => ({ value: String(seconds), text: t(`sandbox.offset.${seconds}`) }));
  if (OFFSETS.some((seconds) => seconds === set)) return usual;
  return [...usual, { value: String(set), text: t('sandbox.offsetOther', { seconds: set }) }];
}
