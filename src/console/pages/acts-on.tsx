import { type Column, DataTable, Moment } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import { useView, type View } from '../shell/view.js';
import { actsPathOf } from './console-paths.js';
import { TEXTS, type TextKey } from '../texts/index.js';

type Act = Schemas['ActDto'];

/** So many of the last acts on something its page shows, and looks through for who froze it. */
export const ACTS_SHOWN = 20;

interface ActsOnProps {
  readonly subject: 'user' | 'partner';
  readonly subjectId: number;
  readonly acts: Schemas['ActsDto'];
}

/** What operators did to a user or a partner, and why. */
export function ActsOn({ subject, subjectId, acts: { items, nextCursor } }: ActsOnProps) {
  const { t } = useView();
  return (
    <section class="panel" id="acts">
      <h2>{t('actsOn.title')}</h2>
      <DataTable
        caption={t('actsOn.title')}
        hasHeading
        columns={columnsOf(t)}
        rows={items}
        keyOf={({ actId }) => actId}
        empty={t('actsOn.none')}
      />
      {nextCursor !== null && (
        <p class="links">
          <a href={actsPathOf(subject, subjectId)}>{t('actsOn.all')}</a>
        </p>
      )}
    </section>
  );
}

function columnsOf(t: View['t']): Column<Act>[] {
  return [
    { header: t('actsOn.when'), cell: ({ actedAt }) => <Moment at={actedAt} /> },
    { header: t('actsOn.what'), cell: ({ action }) => actionText(t, action) },
    { header: t('actsOn.why'), cell: ({ reason }) => <span class="long">{reason ?? '–'}</span> },
    {
      header: t('actsOn.who'),
      cell: (act) => (
        <span>
          {actorText(t, act)} <span class="small">{act.address}</span>
        </span>
      ),
    },
  ];
}

/** What is new to this page is called as in the API. */
function actionText(t: View['t'], action: string): string {
  const key = `did.${action}`;
  return isText(key) ? t(key) : action;
}

const isText = (key: string): key is TextKey => Object.hasOwn(TEXTS, key);

function actorText(t: View['t'], { role, keyId }: Act): string {
  const known = role === 'operator' || role === 'auditor' || role === 'anyone' ? t(`role.${role}`) : role;
  return keyId === undefined ? known : `${known} · ${t('actsOn.key', { keyId })}`;
}

interface FrozenFactsProps {
  readonly frozenAt: string;
  readonly acts: readonly Act[];
}

/** Since when, by whom and why somebody is frozen, as facts. */
export function frozenFacts(t: View['t'], { frozenAt, acts }: FrozenFactsProps) {
  const act = freezingAct(acts);
  return [
    { term: t('freeze.since'), value: <Moment at={frozenAt} /> },
    { term: t('freeze.by'), value: act ? actorText(t, act) : t('freeze.unknown') },
    { term: t('freeze.why'), value: <span class="long">{act?.reason ?? t('freeze.unknown')}</span> },
  ];
}

/** Of several since they were last free, the first one froze them: the others changed nothing. */
function freezingAct(acts: readonly Act[]): Act | undefined {
  const freed = acts.findIndex(({ action }) => action.startsWith('unfreeze'));
  const since = freed === -1 ? acts : acts.slice(0, freed);
  return since.findLast(({ action }) => action.startsWith('freeze'));
}
