import type { TextKey } from '../texts/index.js';
import { useView } from '../shell/view.js';

const UNITS: readonly (readonly [seconds: number, text: TextKey])[] = [
  [86_400, 'age.days'],
  [3_600, 'age.hours'],
  [60, 'age.minutes'],
];

/** How long something lasts already, or took: whole units of what a person would say it in. */
export function Age({ seconds }: { readonly seconds: number }) {
  const { t } = useView();
  const [unit, text] = UNITS.find(([size]) => seconds >= size) ?? ([1, 'age.seconds'] as const);
  return <span class="number nowrap">{t(text, { count: Math.floor(seconds / unit) })}</span>;
}
