/** What messages are written in. Korean is for whoever asks for neither. */
export type Language = 'ko' | 'en';
export type Messages = Readonly<Record<Language, string>>;

/** How much a client wants a language, and where in its header it says so: never, where it means any language. */
interface Wish {
  readonly quality: number;
  readonly place: number;
}

interface Range {
  /** The first subtag, in lower case, or `*`: messages have no regions. */
  readonly language: string;
  readonly quality: number;
}

/** Browsers send tens of characters. */
const LENGTH_MAX = 1_000;
const RANGE = /^(?:(\*)|([a-z]{1,8})(?:-[a-z\d]{1,8})*)(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i;

/**
 * The language that an `Accept-Language` wants, by its q-values (RFC 9110). `en-US` is English. Where both are wanted
 * alike, the one that is named, or named first, is meant, and otherwise Korean. What is no range is passed over.
 */
export function languageOf(acceptLanguage: string | undefined): Language {
  if (acceptLanguage === undefined || acceptLanguage.length > LENGTH_MAX) return 'ko';
  const ranges = acceptLanguage.split(',').flatMap(rangeOf);
  const [korean, english] = [wishFor('ko', ranges), wishFor('en', ranges)];
  if (english.quality !== korean.quality) return english.quality > korean.quality ? 'en' : 'ko';
  return english.quality > 0 && english.place < korean.place ? 'en' : 'ko';
}

/** Of several ranges of a language the most wanted counts; `*` is for languages that are not named. */
function wishFor(wanted: Language, ranges: readonly Range[]): Wish {
  const named = ranges.filter(({ language }) => language === wanted);
  const meant = named.length > 0 ? named : ranges.filter(({ language }) => language === '*');
  const quality = Math.max(0, ...meant.map((range) => range.quality));
  const place = ranges.findIndex((range) => range.language === wanted && range.quality === quality);
  return { quality, place: place === -1 ? Infinity : place };
}

function rangeOf(text: string): Range[] {
  const [found, any, language = any, quality = '1'] = RANGE.exec(text.trim()) ?? [];
  return found && language ? [{ language: language.toLowerCase(), quality: Number(quality) }] : [];
}
