import type { ComponentChildren, InputHTMLAttributes } from 'preact';

interface SearchFormProps {
  /** The page that shows what is found. */
  readonly action: string;
  readonly submit: string;
  readonly children: ComponentChildren;
}

/** Asks what a page is to show. */
export function SearchForm({ action, submit, children }: SearchFormProps) {
  return (
    <form class="search" method="get" action={action} role="search">
      {children}
      <button type="submit">{submit}</button>
    </form>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly value?: string | number | undefined;
  readonly type?: 'text' | 'date' | 'datetime-local' | 'password';
  readonly isNumber?: boolean;
  readonly isOptional?: boolean;
  readonly hint?: string;
  readonly autocomplete?: string;
  /** Whether who opens the page is there to fill it in. */
  readonly isFocused?: boolean;
}

/** A labelled field of a form. */
export function Field({
  name,
  label,
  value,
  type = 'text',
  isNumber,
  isOptional,
  hint,
  autocomplete = 'off',
  isFocused = false,
}: FieldProps) {
  const hintId = hint === undefined ? undefined : `${name}-hint`;
  const digits = isNumber ? { inputMode: 'numeric', pattern: '[0-9]*' } : {};
  const input = {
    id: name,
    name,
    type,
    value,
    autocomplete,
    required: !isOptional,
    autofocus: isFocused,
    'aria-describedby': hintId,
    ...digits,
  };
  return (
    <p class="field">
      <label for={name}>{label}</label>
      <input {...(input as InputHTMLAttributes)} />
      {hint !== undefined && (
        <span id={hintId} class="small">
          {hint}
        </span>
      )}
    </p>
  );
}

interface ChoiceFieldProps {
  readonly name: string;
  readonly label: string;
  readonly choices: readonly { readonly value: string; readonly text: string }[];
  readonly value?: string | undefined;
}

export function ChoiceField({ name, label, choices, value = '' }: ChoiceFieldProps) {
  return (
    <p class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name} value={value}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.text}
          </option>
        ))}
      </select>
    </p>
  );
}
