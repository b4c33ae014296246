import { Badge, type Tone } from '../components/index.js';
import { useView, type View } from '../shell/view.js';
import { TEXTS, type TextKey } from '../texts/index.js';

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
  return <Badge tone={TONES[state] ?? 'quiet'}>{textOf(t, 'state', state)}</Badge>;
}

/** What kind of movement it is. */
export const kindText = (t: View['t'], type: string): string => textOf(t, 'kind', type);

/** What kind of account it is. */
export const accountText = (t: View['t'], type: string): string => textOf(t, 'account', type);

/** New words may come to the API before there is a text for them: they are shown as they are. */
function textOf(t: View['t'], group: string, word: string): string {
  const key = `${group}.${word}`;
  return isText(key) ? t(key) : word;
}

const isText = (key: string): key is TextKey => Object.hasOwn(TEXTS, key);
