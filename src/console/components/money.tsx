const GROUPED = new Intl.NumberFormat('en-US');

/** An amount of won with its sign: `₩1,234,567`, `−₩10,000`. */
export function wonText(won: number): string {
  return `${won < 0 ? '−' : ''}₩${GROUPED.format(Math.abs(won))}`;
}

export function Money({ won }: { readonly won: number }) {
  return <span class={won < 0 ? 'money negative' : 'money'}>{wonText(won)}</span>;
}

/** How many of something. */
export function Count({ of }: { readonly of: number }) {
  return <span class="number">{GROUPED.format(of)}</span>;
}
