import { randomUUID } from 'node:crypto';
import type { ComponentChildren } from 'preact';
import { useView } from '../shell/view.js';
import { CsrfField } from './csrf-field.js';

/** Where the form of an act appears, and then what came of it: on the page that leads to it, and on its own page. */
export function ActPlace({ children }: { readonly children?: ComponentChildren }) {
  return (
    <div id="act" aria-live="polite">
      {children}
    </div>
  );
}

const IN_PLACE = { 'hx-target': '#act', 'hx-select': '#act > *', 'hx-swap': 'innerHTML ignoreTitle:true' };

/** Opens the form of an act in this page's `ActPlace`; without scripts on a page of its own. */
export function ActLink({ to, label, children }: { to: string; label?: string; children: ComponentChildren }) {
  return (
    <a class="act-link" href={to} hx-get={to} aria-label={label} {...IN_PLACE}>
      {children}
    </a>
  );
}

interface ActFormProps {
  /** Where it is sent; a GET of the same address shows this form. */
  readonly action: string;
  readonly title: string;
  /** What will happen, a sentence each. */
  readonly effects: readonly string[];
  /** On the button. */
  readonly submit: string;
  /** Where who thinks better of it goes. */
  readonly back: string;
  /** For acts that want a reason: what was given before, or nothing yet. */
  readonly reason?: string;
  /** Takes money or rights away. */
  readonly isDangerous?: boolean;
  /** Further fields. */
  readonly children?: ComponentChildren;
}

/**
 * Says what will happen and asks for it. Each form has an idempotency key from the start: sent twice, by whatever chance,
 * it acts once.
 */
export function ActForm({ action, title, effects, submit, back, reason, isDangerous, children }: ActFormProps) {
  const { t } = useView();
  return (
    <form class="act" method="post" action={action} hx-post={action} hx-sync="this:drop" {...IN_PLACE}>
      <h2 tabIndex={-1} autofocus>
        {title}
      </h2>
      <ul>
        {effects.map((effect) => (
          <li key={effect}>{effect}</li>
        ))}
      </ul>
      {children}
      {reason !== undefined && <ReasonField reason={reason} />}
      <CsrfField />
      <input type="hidden" name="idempotencyKey" value={randomUUID()} />
      <p class="buttons">
        <button type="submit" class={isDangerous ? 'danger' : undefined}>
          {submit}
        </button>
        <a href={back}>{t('leave')}</a>
      </p>
    </form>
  );
}

function ReasonField({ reason }: { readonly reason: string }) {
  const { t } = useView();
  return (
    <p class="field">
      <label for="reason">{t('reason')}</label>
      <input id="reason" name="reason" required maxLength={200} value={reason} aria-describedby="reason-hint" />
      <span id="reason-hint" class="small">
        {t('reasonHint')}
      </span>
    </p>
  );
}
