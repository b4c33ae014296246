import type { ComponentChildren } from 'preact';
import type { Tone } from './notice.js';

/** A shape for each tone, for who sees no colours. */
const MARKS: Readonly<Record<Tone, string>> = { good: '✓', wait: '…', bad: '!', quiet: '–' };

/** A state, in words, with a mark and a colour of its own. */
export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return (
    <span class={`badge ${tone}`}>
      <span class="badge-mark" aria-hidden="true">
        {MARKS[tone]}
      </span>
      {children}
    </span>
  );
}
