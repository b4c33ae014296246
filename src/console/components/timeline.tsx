import type { ComponentChildren } from 'preact';
import { Moment } from './moment.js';
import type { Tone } from './notice.js';

export interface TimelineEvent {
  /** `YYYY-MM-DD HH:mm:ss` in Asia/Seoul. */
  readonly at: string;
  readonly tone: Tone;
  readonly title: ComponentChildren;
  readonly more?: ComponentChildren;
}

/** What happened, one after the other. */
export function Timeline({ label, events }: { readonly label: string; readonly events: readonly TimelineEvent[] }) {
  return (
    <ol class="timeline" aria-label={label}>
      {events.map(({ at, tone, title, more }, index) => (
        <li key={`${at} ${index}`} class={tone}>
          <Moment at={at} />
          <p class="timeline-title">{title}</p>
          {more !== undefined && <div class="small">{more}</div>}
        </li>
      ))}
    </ol>
  );
}
