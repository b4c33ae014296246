import type { Schemas } from '../shell/schemas.js';
import { keyPathOf } from './key-path.js';
import { endpointPathOf } from './webhook-owner.js';

type Act = Schemas['ActDto'];
export type ActSubject = Act['subject'];

export const ACT_SUBJECTS = [
  'user',
  'partner',
  'payment',
  'movement',
  'webhook',
  'event',
  'key',
  'clock',
] as const satisfies readonly ActSubject[];

/** Of the wallet's own back end, whose endpoints have a page without a partner's id. */
const isOfApp = (action: string) => action.includes('AppWebhook');

/** The page of what an act was done to; undefined where the console has none, or the record does not say which. */
export function subjectPathOf({ subject, subjectId, action }: Act): string | undefined {
  if (subjectId === undefined) return undefined;
  switch (subject) {
    case 'user':
    case 'partner':
    case 'payment':
    case 'movement':
      return `/console/${subject}s/${subjectId}`;
    case 'key':
      return keyPathOf(subjectId);
    case 'webhook':
      return isOfApp(action) ? endpointPathOf('app', subjectId) : undefined;
    case 'event':
    case 'clock':
      return undefined;
  }
}
