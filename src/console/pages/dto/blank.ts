import { Transform } from 'class-transformer';

/** Of a form that asks for a page: a field that was left blank arrives as an empty text, and counts as absent. */
export const BlankIsAbsent = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (value === '' ? undefined : value));
