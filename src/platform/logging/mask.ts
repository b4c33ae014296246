/** `1234567890` → `******7890`. Hyphens stay, so that the owner recognises the number; a short one shows less. */
export function maskAccountNumber(accountNumber: string): string {
  const digits = accountNumber.replace(/\D/g, '').length;
  let hidden = digits - (digits < 8 ? 2 : 4);
  return accountNumber.replace(/\d/g, (digit) => (hidden-- > 0 ? '*' : digit));
}
