import { Badge, type Tone } from '../components/index.js';
import { useView, type View } from '../shell/view.js';
import { wordOf } from './words.js';

const TONES: Readonly<Record<string, Tone>> = {
  ACTIVE: 'good',
  APPROVED: 'good',
  COMPLETED: 'good',
  PENDING: 'wait',
  AUTHORIZED: 'wait',
  FROZEN: 'bad',
  FAILED: 'bad',
};

/** How a user, an agreement, a payment or a movement stands. */
export function State({ of: state }: { readonly of: string }) {
  const { t } = useView();
  return <Badge tone={TONES[state] ?? 'quiet'}>{wordOf(t, 'state', state)}</Badge>;
}

/** What kind of movement it is. */
export const kindText = (t: View['t'], type: string): string => wordOf(t, 'kind', type);

/** What kind of account it is. */
export const accountText = (t: View['t'], type: string): string => wordOf(t, 'account', type);
