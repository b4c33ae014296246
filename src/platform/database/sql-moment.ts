/**
 * A moment as the driver writes it, for many rows that share one: of a Date it would write it anew for each, which is
 * half of what the text of a payment's rows costs (docs/decisions/0013-cpu-of-a-payment.md).
 */
export function sqlMoment(at: Date): string {
  return at.toISOString().slice(0, -1).replace('T', ' ');
}
