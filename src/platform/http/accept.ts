import { MIMEType } from 'node:util';

/** What a range of an `Accept` header gives a type: how much it is wanted, and how closely it is named. */
interface Wish {
  readonly quality: number;
  readonly closeness: number;
}

/**
 * Whether a client would rather have CSV than JSON, by the q-values of its `Accept` (RFC 9110). Of a type's ranges the
 * closest counts. Where both are wanted alike, the one that is named more closely is meant, and otherwise JSON.
 */
export function prefersCsv(accept: string | undefined): boolean {
  const ranges = (accept ?? '*/*').split(',').flatMap(rangeOf);
  const [csv, json] = [wishFor('text', 'csv', ranges), wishFor('application', 'json', ranges)];
  if (csv.quality !== json.quality) return csv.quality > json.quality;
  return csv.quality > 0 && csv.closeness > json.closeness;
}

function wishFor(type: string, subtype: string, ranges: readonly MIMEType[]): Wish {
  const wishes = ranges.map((range) => ({ quality: qualityOf(range), closeness: closenessOf(range, type, subtype) }));
  return wishes.reduce((closest, wish) => (wish.closeness > closest.closeness ? wish : closest), NONE);
}

const NONE: Wish = { quality: 0, closeness: 0 };

/** 0 where the range does not have the type. */
function closenessOf({ type, subtype }: MIMEType, wantedType: string, wantedSubtype: string): number {
  if (type === '*' && subtype === '*') return 1;
  if (type !== wantedType) return 0;
  if (subtype === '*') return 2;
  return subtype === wantedSubtype ? 3 : 0;
}

/** 1 when it is not given; 0, which is "not at all", for what is no quality. */
function qualityOf({ params }: MIMEType): number {
  const quality = params.get('q') ?? '1';
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(quality) ? Number(quality) : 0;
}

/** What is no range is none. */
function rangeOf(text: string): MIMEType[] {
  try {
    return [new MIMEType(text.trim())];
  } catch {
    return [];
  }
}
