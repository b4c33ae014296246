import type { Violation } from '../checker/violation.js';
import type { Defect } from './defects.js';

/** What was seen of a build. */
export interface Seen {
  readonly violations: readonly Violation[];
  /** Everything that its instances have logged. */
  readonly log: string;
}

export interface Verdict {
  readonly isRight: boolean;
  readonly text: string;
}

/** A 500, which any broken program answers with. */
const NO_DEFECTS = 'no defects';
/**
 * What JavaScript throws where the code itself makes no sense; the service logs none of these. (Code that can't be
 * parsed does not even start.)
 */
const BROKEN_CODE = /\b(?:Reference|Type)Error\b.{0,160}/;
const BROKEN_NAMES = /\bReferenceError\b.{0,160}/;

/** Of the build without defects nothing may be seen. */
export function verdictOnPlain({ violations, log }: Seen): Verdict {
  const broken = BROKEN_CODE.exec(log)?.[0];
  if (broken !== undefined) return { isRight: false, text: `the service logs ${broken}` };
  return { isRight: violations.length === 0, text: summaryOf(violations) ?? 'nothing was seen' };
}

/**
 * A defect is caught by what it does to people's money and answers: not by 500s alone, not by code that does not run,
 * and not by what the build without it breaks as well. See `Defect` for `rule` and `rowsVanish`.
 */
export function verdictOnDefect(
  { violations, log }: Seen,
  brokenWithout: ReadonlySet<string>,
  { rule, rowsVanish }: Pick<Defect, 'rule' | 'rowsVanish'> = {},
): Verdict {
  const broken = (rowsVanish ? BROKEN_NAMES : BROKEN_CODE).exec(log)?.[0];
  if (broken !== undefined) return { isRight: false, text: `THE DEFECT ITSELF IS BROKEN: ${broken}` };
  const telling = violations.filter(({ rule }) => rule !== NO_DEFECTS && !brokenWithout.has(rule));
  const isSeen = rule === undefined ? telling.length > 0 : telling.some((violation) => violation.rule === rule);
  if (isSeen) return { isRight: true, text: summaryOf(telling) as string };
  const rest = summaryOf(violations);
  return { isRight: false, text: rest === undefined ? 'NOT CAUGHT' : `NOT CAUGHT, only ${rest}` };
}

function summaryOf(violations: readonly Violation[]): string | undefined {
  const [first] = violations;
  const rules = new Set(violations.map(({ rule }) => rule));
  return first && `${violations.length} violations (${[...rules].join(', ')}), first: ${first.text.slice(0, 160)}`;
}
