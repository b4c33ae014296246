import { randomBytes, randomUUID } from 'node:crypto';
import { seoulCompact } from '../../src/platform/clock/clock.js';
import type { OwnStack, OwnUser } from './own-stack.js';

const ROWS_AT_ONCE = 1_000;
const AMOUNT = 100;

export interface OpenCharge {
  readonly movementId: number;
  readonly bankTranId: string;
}

/**
 * Charges of 100 won that a process has reserved before it died, `daysAgo`: the bank has not heard of them. They are
 * due to be asked about at once.
 */
export async function openCharges(
  { sql }: Pick<OwnStack, 'sql'>,
  users: readonly OwnUser[],
  count: number,
  { daysAgo = 0 } = {},
): Promise<OpenCharge[]> {
  const at = new Date(Date.now() - daysAgo * 86_400_000);
  const dtime = seoulCompact(at);
  const day = `${dtime.slice(0, 4)}-${dtime.slice(4, 6)}-${dtime.slice(6, 8)}`;
  const [last] = await sql<{ id: number | null }>('SELECT MAX(id) AS id FROM movements');
  const links = await sql<{ id: number; userId: number }>('SELECT id, user_id AS userId FROM linked_accounts');
  const linkOf = new Map(links.map(({ id, userId }) => [userId, id]));
  const charges = Array.from({ length: count }, (_, index) => ({
    movementId: (last?.id ?? 0) + 1 + index,
    bankTranId: `M202600001U${randomBytes(5).toString('hex').toUpperCase().slice(1)}`,
    user: users[index % users.length] as OwnUser,
  }));
  for (let start = 0; start < count; start += ROWS_AT_ONCE) {
    const some = charges.slice(start, start + ROWS_AT_ONCE);
    await sql(
      `INSERT INTO movements (id, type, status, user_id, account_id, amount, topped_up_amount, idempotency_scope,
         idempotency_key, key_live, request_hash, attempt_id, created_at) VALUES ?`,
      [
        some.map(({ movementId, user: { userId, accountId } }) => {
          const claim = [`user:${userId}:charges`, randomUUID(), 1, randomBytes(32), randomBytes(16)];
          return [movementId, 'CHARGE', 'PENDING', userId, accountId, AMOUNT, AMOUNT, ...claim, at];
        }),
      ],
    );
    await sql(
      `INSERT INTO withdrawals (movement_id, linked_account_id, business_date, status, amount, held_amount, bank_tran_id,
         tran_dtime, next_inquiry_at, created_at) VALUES ?`,
      [
        some.map(({ movementId, bankTranId, user: { userId } }) => {
          return [movementId, linkOf.get(userId), day, 'PENDING', AMOUNT, 0, bankTranId, dtime, new Date(), new Date()];
        }),
      ],
    );
  }
  return charges.map(({ movementId, bankTranId }) => ({ movementId, bankTranId }));
}
