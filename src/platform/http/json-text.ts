import { DEPTH_MAX, type FieldError, pathOf, TOO_DEEP } from './validation.pipe.js';

/**
 * A fraction or an exponent behind what begins a number. Strings may look like it, too: then the text is read closely.
 */
const SEEMS_NO_INTEGER = /[:[,]\s*-?\d+[.eE]/;
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|[{}[\],]/g;
const REPEATED = 'must not stand twice in one object';
const NO_INTEGER = 'must be written as an integer, without fraction and exponent';

const QUOTE = 0x22;
const SPACE = 0x20;

/**
 * What JSON.parse hides: a name that stands twice in one object, of which it keeps the last, and an integer that isn't
 * written as one (`1.0`, `1e3`, and `100000000000000001e-17`, which it rounds to 1). Other fractions are still there in
 * the value, for validation to refuse.
 *
 * Most texts are only counted. Every name in a text has a colon behind its quotation mark, and every name in the value
 * is in the text: there are at least as many colons as names in the text, and at least as many of those as names in the
 * value. When the colons are as many as the names in the value, no name stands twice. Otherwise (texts may hold such
 * colons too) a closer look decides.
 *
 * @param text valid JSON
 * @param value what JSON.parse made of it
 */
export function findHiddenErrors(text: string, value: unknown): FieldError[] {
  const isPlain = colonsBehindQuotesIn(text) === namesIn(value, 1) && !SEEMS_NO_INTEGER.test(text);
  return isPlain ? [] : readClosely(text);
}

function colonsBehindQuotesIn(text: string): number {
  let count = 0;
  for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    let before = colon - 1;
    while (text.charCodeAt(before) <= SPACE) before -= 1;
    if (text.charCodeAt(before) === QUOTE) count += 1;
  }
  return count;
}

/** NaN, which equals no count, for a value that is nested too deeply. */
function namesIn(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > DEPTH_MAX) return NaN;
  const isList = Array.isArray(value);
  const inner: unknown[] = isList ? value : Object.values(value);
  let count = isList ? 0 : inner.length;
  for (const it of inner) if (typeof it === 'object') count += namesIn(it, depth + 1);
  return count;
}

/** An object or a list that is open where the text is being read. */
interface Frame {
  /** Null for a list. */
  readonly names: Set<string> | null;
  /** The name or the place of what comes next or came last. */
  at: string;
  index: number;
  isNameNext: boolean;
}

/** Token by token, in one pass. */
function readClosely(text: string): FieldError[] {
  const errors = new Map<string, FieldError>();
  const frames: Frame[] = [];
  const report = (reason: string) => {
    const field = frames.reduce((path, { at }) => pathOf(path, at), '') || 'body';
    errors.set(field, { field, reason });
  };
  for (const [token] of text.matchAll(TOKEN)) {
    const frame = frames.at(-1);
    if (token === '{' || token === '[') {
      if (frames.length === DEPTH_MAX) return [TOO_DEEP];
      const isList = token === '[';
      frames.push({ names: isList ? null : new Set(), at: '0', index: 0, isNameNext: !isList });
    } else if (token === '}' || token === ']') {
      frames.pop();
    } else if (token === ',') {
      if (frame) advance(frame);
    } else if (token.startsWith('"')) {
      if (frame?.isNameNext && isRepeated(frame, JSON.parse(token) as string)) report(REPEATED);
    } else if (/[.eE]/.test(token) && Number.isInteger(Number(token))) {
      report(NO_INTEGER);
    }
  }
  return [...errors.values()];
}

function advance(frame: Frame): void {
  frame.isNameNext = frame.names !== null;
  frame.index += 1;
  if (frame.names === null) frame.at = String(frame.index);
}

function isRepeated(frame: Frame, name: string): boolean {
  const known = frame.names?.has(name) ?? false;
  frame.names?.add(name);
  frame.at = name;
  frame.isNameNext = false;
  return known;
}
