import { ActForm, ActOutcome, ActPlace } from '../components/index.js';
import type { ApiAnswer } from '../shell/console-api.js';
import { useView, type View } from '../shell/view.js';
import { partnerPathOf, userPathOf } from './console-paths.js';

/** Who is to be frozen, or is not any more. */
export interface Freezing {
  readonly subject: 'user' | 'partner';
  readonly id: number;
  readonly act: 'freeze' | 'unfreeze';
  readonly name: string;
}

/** How the API says it is now. */
export interface Frozen {
  readonly frozen: boolean;
  readonly frozenAt?: string;
}

interface FreezeProps extends Freezing {
  readonly reason?: string | undefined;
  /** Absent until it is done. */
  readonly answer?: ApiAnswer<Frozen>;
}

export function FreezePage({ reason = '', answer, ...freezing }: FreezeProps) {
  const { t } = useView();
  const { subject, id, act, name } = freezing;
  const back = subject === 'user' ? userPathOf(id) : partnerPathOf(id);
  return (
    <ActPlace>
      {answer !== undefined && (
        <ActOutcome
          answer={answer}
          back={back}
          done={({ frozenAt = '' }) => <p>{t(`${act}.${subject}Done`, { name, at: frozenAt })}</p>}
        />
      )}
      {(answer === undefined || answer.status === 400) && (
        <ActForm
          action={`${back}/${act}`}
          title={t(`${act}.${subject}Title`, { id, name })}
          effects={effectsOf(t, freezing)}
          submit={t(`${act}.submit`)}
          back={back}
          reason={reason}
          isDangerous={act === 'freeze'}
        />
      )}
    </ActPlace>
  );
}

function effectsOf(t: View['t'], { subject, act }: Freezing): string[] {
  if (act === 'unfreeze') return [t(`unfreeze.${subject}Starts`), t('unfreeze.refusedStays')];
  if (subject === 'partner') return [t('freeze.partnerStops'), t('freeze.partnerGoesOn'), t('freeze.untilUndone')];
  return [t('freeze.userStops'), t('freeze.userLinks'), t('freeze.userGoesOn'), t('freeze.untilUndone')];
}
