/** `1234567890` → `******7890`. Hyphens stay, so that the owner recognises the number; a short one shows less. */
export function maskAccountNumber(accountNumber: string): string {
  const digits = accountNumber.replace(/\D/g, '').length;
  let hidden = digits - (digits < 8 ? 2 : 4);
  return accountNumber.replace(/\d/g, (digit) => (hidden-- > 0 ? '*' : digit));
}

/**
 * A line for the log without e-mails, and without what programs quote of the values they choke on: `Duplicate entry
 * 'hello@gmail' for key …`, `Incorrect string value: '…' for column …`, `… near '…' at line 1`, `… is not valid JSON`.
 */
export function scrub(text: string): string {
  return text
    .replace(/\b(entry|value:?) (?:'.*'(?= for (?:key|column) )|'.*'$)/gs, "$1 '…'")
    .replace(/\bnear '.*'(?= at line \d)/gs, "near '…'")
    .replace(/\btoken .*(?= is not valid JSON)/gs, 'token …')
    .replace(/(?:\.\.\.)?".*"(?:\.\.\.)?(?= is not valid JSON)/gs, '"…"')
    .replace(/[^\s'"<>]+@[^\s'"<>]+/g, '…@…');
}

/** The same without what may be the number of an account: nobody knows what an error repeats. */
export function scrubWithNumbers(text: string): string {
  return scrub(text).replace(/(?<![\w-])\d(?:-?\d){9,}(?![\w-])/g, maskAccountNumber);
}
