/** Tabs and line breaks, what turns the direction of what follows, and what nobody sees. */
const HIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u;
/** Blank although their class is a letter's or a symbol's: braille, a note's head, parts of hieroglyphs. */
const BLANK = '\u2800\u{1D159}\u{13441}\u{13442}';
const VISIBLE = new RegExp(`[[\\p{L}\\p{N}\\p{P}\\p{S}]--[\\p{Default_Ignorable_Code_Point}${BLANK}]]`, 'v');

const PICTURE = String.raw`\p{Extended_Pictographic}[\uFE0E\uFE0F]?\p{Emoji_Modifier}?\uFE0F?`;
const KEY = String.raw`[0-9#*]\uFE0F?\u20E3`;
/** The flags of England, Scotland and Wales are spelled with invisible letters: gbeng, gbsct, gbwls. */
const FLAG = String.raw`\u{1F3F4}\u{E0067}\u{E0062}(?:\u{E0065}\u{E006E}\u{E0067}|\u{E0073}\u{E0063}\u{E0074}|\u{E0077}\u{E006C}\u{E0073})\u{E007F}`;
/** What may hide something: pictures that are joined to one, digits on keys, flags. */
const EMOJI = new RegExp(`${FLAG}|${KEY}|${PICTURE}(?:\\u200D${PICTURE})*`, 'gu');

/**
 * Whether a value is a line of text of up to `max` characters (code points) in which a reader sees something, and sees
 * all that there is. A lone surrogate or NUL would not survive the database; what turns or hides letters makes one name
 * look like another.
 */
export function isLine(value: unknown, max: number): value is string {
  if (typeof value !== 'string' || value.length > max * 2 || !value.isWellFormed() || !VISIBLE.test(value))
    return false;
  if (HIDDEN.test(value) && HIDDEN.test(value.replace(EMOJI, ''))) return false;
  return value.length <= max || [...value].length <= max;
}
