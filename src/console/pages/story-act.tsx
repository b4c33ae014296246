import type { TimelineEvent } from '../components/index.js';
import type { Schemas } from '../shell/schemas.js';
import type { View } from '../shell/view.js';
import { wordOf } from './words.js';

type Act = Schemas['ActDto'];

/** What an operator did: who, from where, and why. */
export function actEvent(t: View['t'], { actedAt, action, role, keyId, address, reason }: Act): TimelineEvent {
  const roleText = wordOf(t, 'role', role);
  const who = keyId === undefined ? roleText : t('story.key', { role: roleText, keyId });
  return {
    at: actedAt,
    tone: 'quiet',
    title: (
      <>
        {t('story.act')}: {wordOf(t, 'acts.action', action)}
      </>
    ),
    more: (
      <>
        <p class="long">{t('story.actBy', { who, address })}</p>
        {reason !== undefined && <p class="long">{t('story.reason', { reason })}</p>}
      </>
    ),
  };
}
