import type { ComponentChildren } from 'preact';

export type Tone = 'good' | 'wait' | 'bad' | 'quiet';

interface NoticeProps {
  readonly tone: Tone;
  readonly title?: string;
  /** Whether it is where to go on from, after an act: the focus goes there. */
  readonly takesFocus?: boolean;
  readonly children?: ComponentChildren;
}

/** What happened, or what is wrong. */
export function Notice({ tone, title, takesFocus = false, children }: NoticeProps) {
  const focus = takesFocus ? { tabIndex: -1, autofocus: true } : {};
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'} {...focus}>
      {title !== undefined && <p class="notice-title">{title}</p>}
      {children}
    </div>
  );
}
