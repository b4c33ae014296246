import type { FieldError } from '../../platform/http/validation.pipe.js';

/** What is wrong with each field, where an answer's detail says that. */
export function FieldErrors({ detail }: { readonly detail: unknown }) {
  const errors = errorsIn(detail);
  if (errors.length === 0) return null;
  return (
    <ul>
      {errors.map(({ field, reason }) => (
        <li key={field}>
          <code>{field}</code> {reason}
        </li>
      ))}
    </ul>
  );
}

function errorsIn(detail: unknown): readonly FieldError[] {
  const errors = (detail as { errors?: unknown } | undefined)?.errors;
  return Array.isArray(errors) ? (errors as FieldError[]) : [];
}
