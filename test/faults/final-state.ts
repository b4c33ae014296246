import type { RowDataPacket } from 'mysql2/promise';
import type { LinkedAccount } from '../../src/bank/linked-account.entity.js';
import { Vault } from '../../src/platform/vault/vault.js';
import type { User } from '../../src/users/user.entity.js';
import type { ServiceSystem } from './system.js';

type SealedHandle = Pick<LinkedAccount, 'userId' | 'keyId' | 'sealedHandle'>;

/** The sandbox's. */
const DATA_KEYS = ['0'.repeat(64)];
const HANDLES = new Vault(DATA_KEYS, 'linked_accounts.sealed_handle');
const EMAILS = new Vault(DATA_KEYS, 'users.sealed_email');

/** The rows of the database and the bank's record, as they are when everything has come to rest. Amounts are won. */
export interface FinalState {
  readonly movements: readonly MovementRow[];
  readonly entries: readonly EntryRow[];
  readonly accounts: readonly AccountRow[];
  readonly withdrawals: readonly OrderRow[];
  readonly payouts: readonly OrderRow[];
  readonly payments: readonly PaymentRow[];
  readonly cancels: readonly CancelRow[];
  readonly users: readonly UserRow[];
  readonly links: readonly LinkRow[];
  readonly events: readonly EventRow[];
  /** What the bank took, and what it paid. */
  readonly takings: readonly BankRecord[];
  readonly paid: readonly BankRecord[];
  readonly savings: readonly SavingsRow[];
  readonly postings: readonly PostingRow[];
  readonly deposits: readonly DepositRow[];
  readonly heldTransfers: readonly HeldTransferRow[];
  readonly transferEnds: readonly TransferEndRow[];
  readonly authorizations: readonly AuthorizationRow[];
  readonly authorizationEnds: readonly AuthorizationEndRow[];
  readonly agreements: readonly AgreementRow[];
  /** By the service's clock, `YYYY-MM-DD HH:mm:ss` in Seoul, like all times here. */
  readonly now: string;
}

export interface MovementRow {
  readonly id: number;
  readonly type:
    | 'CHARGE'
    | 'PAYOUT'
    | 'SAVINGS_DEPOSIT'
    | 'SAVINGS_WITHDRAWAL'
    | 'SAVINGS_CLOSING'
    | 'INTEREST'
    | 'TRANSFER'
    | 'TRANSFER_HOLD'
    | 'TRANSFER_RELEASE'
    | 'TRANSFER_RETURN'
    | 'PAYMENT'
    | 'AUTHORIZATION'
    | 'CAPTURE'
    | 'VOID'
    | 'PAYMENT_CANCEL';
  readonly status: 'PENDING' | 'COMPLETED' | 'FAILED';
  readonly userId: number;
  readonly accountId: number;
  readonly counterAccountId: number | null;
  readonly amount: number;
  readonly toppedUpAmount: number;
  readonly failureCode: string | null;
  readonly scope: string;
  readonly key: string;
  readonly keyLive: number | null;
  readonly completedAt: string | null;
}

export interface EntryRow {
  readonly movementId: number;
  readonly leg: number;
  readonly accountId: number;
  readonly amount: number;
  readonly seq: number | null;
  readonly balanceAfter: number | null;
  /** The business day. */
  readonly postedOn: string;
}

export interface AccountRow {
  readonly id: number;
  readonly kind: 'MAIN' | 'SAVINGS' | 'PARTNER_PAYABLE' | 'BANK_CLEARING' | 'INTEREST_EXPENSE' | 'TRANSFER_ESCROW';
  readonly ownerId: number;
  readonly balance: number;
  readonly held: number;
  readonly lastSeq: number;
  /** Since when an operator has stopped it. */
  readonly frozenAt: string | null;
}

/** A withdrawal or a payout. */
export interface OrderRow {
  readonly movementId: number;
  readonly linkedAccountId: number;
  readonly userId: number;
  readonly fintechUseNum: string;
  readonly businessDate: string;
  readonly status: 'PENDING' | 'DONE' | 'REFUSED';
  readonly amount: number;
  readonly heldAmount: number;
  readonly bankTranId: string;
}

export interface PaymentRow {
  readonly movementId: number;
  readonly partnerId: number;
  readonly order: string;
  readonly orderLive: number | null;
  readonly canceledAmount: number;
  /** That of its outcome. */
  readonly businessDate: string;
  /** For what it counts, and on which day; null where nothing was agreed to. */
  readonly agreementId: number | null;
  readonly agreementDay: string | null;
}

export interface CancelRow {
  readonly movementId: number;
  readonly paymentId: number;
  readonly sequence: number;
  readonly amount: number;
  readonly cancelableAfter: number;
  readonly reason: string;
  readonly businessDate: string;
}

/** The delivery of an event to an endpoint; `eventId` is that of the event, at whichever endpoint. */
export interface EventRow {
  readonly id: number;
  readonly eventId: number;
  readonly endpointId: number;
  /** A partner's id, or 0: the wallet's own back end. */
  readonly ownerId: number;
  /** The payment, or the movement, that it tells of. */
  readonly movementId: number;
  readonly sequence: number;
  readonly status: 'PENDING' | 'DELIVERED' | 'UNDELIVERED';
}

export interface UserRow {
  readonly id: number;
  readonly email: string;
}

export interface LinkRow {
  readonly id: number;
  readonly userId: number;
  readonly isDefault: 1 | null;
  readonly isLive: 1 | null;
}

/** An order that the bank has carried out. */
export interface BankRecord {
  readonly bankTranId: string;
  readonly fintechUseNum: string;
  readonly amount: number;
  readonly tranDtime: string;
}

/** What was agreed about a savings account. */
export interface SavingsRow {
  readonly accountId: number;
  readonly product: string;
  readonly openedAt: string;
  readonly closedAt: string | null;
}

/** Interest that was posted for a business day. */
export interface PostingRow {
  readonly movementId: number;
  readonly accountId: number;
  readonly day: string;
}

/** What became of a business day's deposit. */
export interface DepositRow {
  readonly accountId: number;
  readonly day: string;
  readonly status: 'PENDING' | 'PAID' | 'FAILED';
  readonly amount: number;
  readonly movementId: number | null;
  readonly failureCode: string | null;
  readonly recordedAt: string;
}

export interface HeldTransferRow {
  readonly movementId: number;
  readonly isHeld: 1 | null;
  readonly expiresAt: string;
  readonly remindedAt: string | null;
}

export interface TransferEndRow {
  readonly movementId: number;
  readonly transferId: number;
  readonly outcome: 'ACCEPTED' | 'CANCELED' | 'EXPIRED';
}

/** What is set aside, or was, on a main account. */
export interface AuthorizationRow {
  readonly movementId: number;
  readonly accountId: number;
  readonly amount: number;
  readonly isHeld: 1 | null;
  readonly expiresAt: string;
}

export interface AuthorizationEndRow {
  readonly movementId: number;
  readonly paymentId: number;
  readonly partnerId: number;
  readonly businessDate: string;
  readonly outcome: 'CAPTURED' | 'VOIDED' | 'EXPIRED';
  readonly capturedAmount: number;
  readonly endedAt: string;
}

/** What a user lets a partner take, or once did. Amounts are won. */
export interface AgreementRow {
  readonly id: number;
  readonly userId: number;
  readonly partnerId: number;
  readonly isLatest: 1 | null;
  readonly limitPerPayment: number;
  readonly limitPerDay: number;
  readonly agreedAt: string;
  readonly expiresAt: string | null;
  readonly endedAt: string | null;
  readonly usedOn: string | null;
  readonly usedAmount: number;
}

export async function countOpen({ database }: ServiceSystem): Promise<number> {
  const [rows] = await database.query<RowDataPacket[]>(
    `SELECT (SELECT COUNT(*) FROM movements WHERE status = 'PENDING')
          + (SELECT COUNT(*) FROM withdrawals WHERE status = 'PENDING')
          + (SELECT COUNT(*) FROM payouts WHERE status = 'PENDING') AS open`,
  );
  return Number(rows[0]?.['open']);
}

/** What the service has to do by itself by now, and has not: interest from 04:00, deposits from 08:00, expiries. */
export async function countDue({ database, clock }: ServiceSystem): Promise<number> {
  const isMorningOver = clock.earlier(8).slice(0, 10) === clock.today();
  const depositsUpTo = isMorningOver ? clock.today() : '1970-01-01'; // missed days are not made up for
  const [rows] = await database.query<RowDataPacket[]>(
    `SELECT (SELECT COUNT(*) FROM savings_accounts WHERE closed_at IS NULL AND interest_seen < ?)
          + (SELECT COUNT(*) FROM savings_accounts
             WHERE closed_at IS NULL AND daily_deposit IS NOT NULL AND deposit_seen < ?)
          + (SELECT COUNT(*) FROM held_transfers WHERE is_held = 1 AND expires_at + INTERVAL 9 HOUR <= ?)
          + (SELECT COUNT(*) FROM authorizations WHERE is_held = 1 AND expires_at + INTERVAL 9 HOUR <= ?) AS due`,
    [clock.earlier(28).slice(0, 10), depositsUpTo, clock.earlier(0), clock.earlier(0)],
  );
  return Number(rows[0]?.['due']);
}

/**
 * Keys that a request still holds in Redis. A living process gives its leases back; one that was killed leaves them
 * until they run out, 5 s later.
 */
export async function countLeases({ redis }: ServiceSystem): Promise<number> {
  let count = 0;
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', 'idempotency:*', 'COUNT', 1_000);
    const values = keys.length > 0 ? await redis.mget(keys) : [];
    count += values.filter((value) => value?.startsWith('o')).length;
    cursor = next;
  } while (cursor !== '0');
  return count;
}

export async function readFinalState(system: ServiceSystem): Promise<FinalState> {
  const rows = async <Row>(sql: string): Promise<Row[]> =>
    (await system.database.query<RowDataPacket[]>(sql))[0] as unknown as Row[];
  const orders = async (table: 'withdrawals' | 'payouts'): Promise<OrderRow[]> => {
    const found = await rows<Omit<OrderRow, 'fintechUseNum'> & SealedHandle>(
      `SELECT w.movement_id AS movementId, w.linked_account_id AS linkedAccountId, l.user_id AS userId,
         l.key_id AS keyId, l.sealed_handle AS sealedHandle,
         DATE_FORMAT(w.business_date, '%Y-%m-%d') AS businessDate, w.status, w.amount, w.held_amount AS heldAmount,
         w.bank_tran_id AS bankTranId
       FROM ${table} w LEFT JOIN linked_accounts l ON l.id = w.linked_account_id ORDER BY w.movement_id`,
    );
    return found.map((row) => ({
      ...row,
      fintechUseNum: HANDLES.open({ keyId: row.keyId, ciphertext: row.sealedHandle }, `user:${row.userId}`),
    }));
  };
  return {
    movements: await rows<MovementRow>(
      `SELECT id, type, status, user_id AS userId, account_id AS accountId, counter_account_id AS counterAccountId, amount,
         topped_up_amount AS toppedUpAmount, failure_code AS failureCode, idempotency_scope AS scope,
         idempotency_key AS \`key\`, key_live AS keyLive,
         ${inSeoul('completed_at')} AS completedAt
       FROM movements ORDER BY id`,
    ),
    entries: await rows<EntryRow>(
      `SELECT movement_id AS movementId, leg, account_id AS accountId, amount, seq, balance_after AS balanceAfter,
         DATE_FORMAT(posted_at + INTERVAL 9 HOUR, '%Y-%m-%d') AS postedOn
       FROM entries ORDER BY movement_id, leg`,
    ),
    accounts: await rows<AccountRow>(
      `SELECT id, kind, owner_id AS ownerId, balance, held, last_seq AS lastSeq, ${inSeoul('frozen_at')} AS frozenAt
       FROM accounts ORDER BY id`,
    ),
    withdrawals: await orders('withdrawals'),
    payouts: await orders('payouts'),
    payments: await rows<PaymentRow>(
      `SELECT movement_id AS movementId, partner_id AS partnerId, partner_pay_key AS \`order\`, order_live AS orderLive,
         canceled_amount AS canceledAmount, DATE_FORMAT(business_date, '%Y-%m-%d') AS businessDate,
         agreement_id AS agreementId, DATE_FORMAT(agreement_day, '%Y-%m-%d') AS agreementDay
       FROM payments`,
    ),
    cancels: await rows<CancelRow>(
      `SELECT movement_id AS movementId, payment_id AS paymentId, sequence, amount, cancelable_after AS cancelableAfter, reason,
         DATE_FORMAT(business_date, '%Y-%m-%d') AS businessDate
       FROM payment_cancels ORDER BY payment_id, sequence`,
    ),
    users: (
      await rows<User>('SELECT id, key_id AS keyId, sealed_email AS sealedEmail, email_print AS emailPrint FROM users')
    ).map((user) => ({
      id: user.id,
      email: EMAILS.open({ keyId: user.keyId, ciphertext: user.sealedEmail }, user.emailPrint.toString('hex')),
    })),
    links: await rows<LinkRow>(
      'SELECT id, user_id AS userId, is_default AS isDefault, is_live AS isLive FROM linked_accounts ORDER BY id',
    ),
    events: await rows<EventRow>(
      `SELECT id, id - event_offset AS eventId, endpoint_id AS endpointId, partner_id AS ownerId,
         payment_id AS movementId, sequence, status
       FROM webhook_events ORDER BY id`,
    ),
    takings: await readRecord(system, 'withdrawals'),
    paid: await readRecord(system, 'payouts'),
    savings: await rows<SavingsRow>(
      `SELECT s.account_id AS accountId, s.product, ${inSeoul('a.opened_at')} AS openedAt, ${inSeoul('a.closed_at')} AS closedAt
       FROM savings_accounts s JOIN accounts a ON a.id = s.account_id ORDER BY s.account_id`,
    ),
    postings: await rows<PostingRow>(
      `SELECT movement_id AS movementId, account_id AS accountId, DATE_FORMAT(day, '%Y-%m-%d') AS day
       FROM interest_postings ORDER BY movement_id`,
    ),
    deposits: await rows<DepositRow>(
      `SELECT account_id AS accountId, DATE_FORMAT(day, '%Y-%m-%d') AS day, status, amount, movement_id AS movementId,
         failure_code AS failureCode, ${inSeoul('recorded_at')} AS recordedAt
       FROM daily_deposits ORDER BY account_id, day`,
    ),
    heldTransfers: await rows<HeldTransferRow>(
      `SELECT movement_id AS movementId, is_held AS isHeld, ${inSeoul('expires_at')} AS expiresAt,
         ${inSeoul('reminded_at')} AS remindedAt
       FROM held_transfers ORDER BY movement_id`,
    ),
    transferEnds: await rows<TransferEndRow>(
      'SELECT movement_id AS movementId, transfer_id AS transferId, outcome FROM transfer_ends ORDER BY movement_id',
    ),
    authorizations: await rows<AuthorizationRow>(
      `SELECT movement_id AS movementId, account_id AS accountId, amount, is_held AS isHeld,
         ${inSeoul('expires_at')} AS expiresAt
       FROM authorizations ORDER BY movement_id`,
    ),
    authorizationEnds: await rows<AuthorizationEndRow>(
      `SELECT movement_id AS movementId, payment_id AS paymentId, partner_id AS partnerId,
         DATE_FORMAT(business_date, '%Y-%m-%d') AS businessDate, outcome, captured_amount AS capturedAmount,
         ${inSeoul('ended_at')} AS endedAt
       FROM authorization_ends ORDER BY movement_id`,
    ),
    agreements: await rows<AgreementRow>(
      `SELECT id, user_id AS userId, partner_id AS partnerId, is_latest AS isLatest, limit_per_payment AS limitPerPayment,
         limit_per_day AS limitPerDay, ${inSeoul('agreed_at')} AS agreedAt, ${inSeoul('expires_at')} AS expiresAt,
         ${inSeoul('ended_at')} AS endedAt, DATE_FORMAT(used_on, '%Y-%m-%d') AS usedOn, used_amount AS usedAmount
       FROM agreements ORDER BY id`,
    ),
    now: system.clock.earlier(0),
  };
}

const inSeoul = (column: string) => `DATE_FORMAT(${column} + INTERVAL 9 HOUR, '%Y-%m-%d %H:%i:%s')`;

async function readRecord({ bank }: ServiceSystem, of: 'withdrawals' | 'payouts'): Promise<BankRecord[]> {
  const record: BankRecord[] = [];
  for (let after: number | undefined = 0; after !== undefined;) {
    const page: { items: BankRecord[]; nextAfter?: number } = (await bank.control(
      'GET',
      `/simulator/${of}?after=${after}`,
    )) as never;
    record.push(...page.items);
    after = page.nextAfter;
  }
  return record;
}
