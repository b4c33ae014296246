import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';

export type MoneyRoute =
  | 'payments'
  /** payments in two steps: their money is only set aside */
  | 'authorizations'
  | 'captures'
  | 'voids'
  | 'cancels'
  | 'charges'
  /** from the main account, to a linked bank account */
  | 'withdrawals'
  | 'deposits'
  | 'savings-withdrawals'
  | 'transfers'
  /** transfers that have to be accepted */
  | 'holds'
  | 'transfer-accepts'
  | 'transfer-cancels';

/** A request to move money, as its client meant it. Amounts are won. */
export interface MoneyIntent {
  readonly kind: 'money';
  readonly route: MoneyRoute;
  readonly userId: number;
  readonly amount: number;
  readonly key?: string;
  /** payments, in one step or two, and what is done about them later */
  readonly partnerId?: number;
  readonly order?: string;
  /**
   * cancels and captures, of which the amount 0 means all that is left, or was authorised; voids, whose amount is what
   * was authorised
   */
  readonly paymentId?: number;
  /** withdrawals: to which linked account; absent: the default */
  readonly linkId?: number;
  /** deposits and savings-withdrawals: the savings account; transfers: the receiver, or of an end the other party */
  readonly savingsId?: number;
  readonly toUserId?: number;
  /** accepts and cancels of transfers that are held, whose amount it is */
  readonly transferId?: number;
}

export interface SignUpIntent {
  readonly kind: 'signUp';
  readonly email: string;
  readonly accountNumber: string;
}

/** With a daily deposit (won) it is regular savings, else free savings. */
export interface SavingsIntent {
  readonly kind: 'savings';
  readonly userId: number;
  readonly dailyDeposit?: number;
}

/** The end of a savings account. */
export interface CloseIntent {
  readonly kind: 'close';
  readonly userId: number;
  readonly savingsId: number;
  readonly key: string;
}

/** A change of a user's linked accounts; each has a key of its own. */
export interface LinkIntent {
  readonly kind: 'link';
  readonly act: 'add' | 'makeDefault' | 'remove';
  readonly userId: number;
  readonly key: string;
  /** add */
  readonly accountNumber?: string;
  /** the others */
  readonly linkId?: number;
}

/** What a user lets a partner take, or takes back; each has a key of its own. Amounts are won. */
export interface AgreementIntent {
  readonly kind: 'agreement';
  readonly act: 'agree' | 'end';
  readonly userId: number;
  readonly key: string;
  /** agree */
  readonly partnerId?: number;
  readonly limitPerPayment?: number;
  readonly limitPerDay?: number;
  /** `YYYY-MM-DD HH:mm:ss` in Seoul; absent: never */
  readonly expiresAt?: string;
  /** end */
  readonly agreementId?: number;
}

/** An operator stops a user's money, or a partner's, or lets it move again; each has a key of its own. */
export interface FreezeIntent {
  readonly kind: 'freeze';
  readonly act: 'freeze' | 'unfreeze';
  readonly owner: 'user' | 'partner';
  readonly ownerId: number;
  readonly key: string;
}

export interface ReadIntent {
  readonly kind: 'read';
  readonly what:
    'user' | 'entries' | 'payment' | 'transaction' | 'byOrder' | 'byKey' | 'settlement' | 'agreements' | 'location';
  /** The user's, account's, payment's or transaction's id where the call names one. */
  readonly id?: number;
  readonly path: string;
  /** The request whose key is asked for. */
  readonly asked?: MoneyIntent;
  /** The 202 whose Location is followed. */
  readonly follows?: number;
}

export type Intent =
  MoneyIntent | SignUpIntent | SavingsIntent | CloseIntent | LinkIntent | AgreementIntent | FreezeIntent | ReadIntent;

export type Fields = Readonly<Record<string, unknown>>;

export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  readonly code: string;
  readonly detail: Fields;
  readonly location: string | null;
}

/** `notSent`: nobody can have seen it. `silent`: it may have happened or not. */
export type Outcome = Answered | { readonly kind: 'notSent' | 'silent'; readonly why: string };

/** One call: what was meant, to whom it went, when (on the runner's monotonic clock), and what came back. */
export interface Operation<I extends Intent = Intent> {
  readonly id: number;
  readonly intent: I;
  readonly instance: number;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly outcome: Outcome;
  /** The business days, by the service's clock, on which it was sent and answered. */
  readonly days: readonly [sent: string, answered: string];
  /** Sent after the faults had stopped. */
  readonly final: boolean;
}

export interface InjectedFault {
  readonly kind: string;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly note: string;
}

/** In place of a partner's id: the wallet's own back end. */
export const APP = 0;

/** Where a partner wants to hear of its payments, or the wallet's own back end of all movements. */
export interface Endpoint {
  readonly endpointId: number;
  /** A partner's id, or `APP`. */
  readonly ownerId: number;
  readonly secret: string;
}

/** A request that a receiver got, as it came. */
export interface Receipt {
  readonly endpointId: number;
  /** The headers Pay-Signature and Pay-Event-Id. */
  readonly signature: string;
  readonly eventId: string;
  readonly text: string;
  /** On the runner's monotonic clock. */
  readonly arrivedMs: number;
  /** The service's clock when it came: as it was then, and as it had been before it was last put forward. */
  readonly clocksMs: readonly number[];
  /** What it was answered with; null when it wasn't, or when nobody waited any more. */
  readonly status: number | null;
}

/** Whatever is noted besides operations. */
type Note =
  | { readonly fault: InjectedFault }
  | { readonly endpoint: Endpoint }
  | { readonly receipt: Receipt }
  | { readonly resent: number };

/** Everything that was tried and told, in the order in which it ended. It only grows. */
export class History {
  readonly operations: Operation[] = [];
  readonly faults: InjectedFault[] = [];
  readonly endpoints: Endpoint[] = [];
  readonly receipts: Receipt[] = [];
  /** Deliveries that were sent again by hand. */
  readonly resends: number[] = [];
  /** From here on calls count as final. */
  final = false;
  /** How many operations a service may have seen. */
  sent = 0;
  private started = 0;
  private readonly file: string | undefined;
  private readonly today: () => string;
  private lines: string[] = [];

  /** Without a file it is kept in memory only. */
  constructor(today: () => string, file?: string) {
    this.today = today;
    this.file = file;
    if (file !== undefined) writeFileSync(file, '');
  }

  /** One that was written to a file before. */
  static read(file: string): History {
    const history = new History(() => '');
    for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) {
      const record = JSON.parse(line) as Operation | Note;
      if ('fault' in record) history.faults.push(record.fault);
      else if ('endpoint' in record) history.endpoints.push(record.endpoint);
      else if ('receipt' in record) history.receipts.push(record.receipt);
      else if ('resent' in record) history.resends.push(record.resent);
      else history.operations.push(record);
    }
    return history;
  }

  /** Runs a call and records it, whatever comes of it. */
  async record<I extends Intent>(intent: I, instance: number, call: () => Promise<Outcome>): Promise<Operation<I>> {
    const id = ++this.started;
    const { final } = this;
    const startedMs = performance.now();
    const sentOn = this.today();
    const outcome = await call();
    const days = [sentOn, this.today()] as const;
    const operation = { id, intent, instance, startedMs, endedMs: performance.now(), outcome, days, final };
    this.operations.push(operation);
    if (outcome.kind !== 'notSent') this.sent++;
    this.write(operation);
    return operation;
  }

  fault(kind: string, startedMs: number, note = ''): void {
    const fault = { kind, startedMs, endedMs: performance.now(), note };
    this.faults.push(fault);
    this.write({ fault });
  }

  endpoint(endpoint: Endpoint): void {
    this.endpoints.push(endpoint);
    this.write({ endpoint });
  }

  receipt(receipt: Receipt): void {
    this.receipts.push(receipt);
    this.write({ receipt });
  }

  resent(deliveryId: number): void {
    this.resends.push(deliveryId);
    this.write({ resent: deliveryId });
  }

  /** Writes what is not in the file yet. */
  flush(): void {
    if (this.file !== undefined && this.lines.length > 0) appendFileSync(this.file, this.lines.join(''));
    this.lines = [];
  }

  private write(line: Operation | Note): void {
    if (this.file === undefined) return;
    this.lines.push(`${JSON.stringify(line)}\n`);
    if (this.lines.length >= 500) this.flush();
  }
}

export function isMoney(operation: Operation): operation is Operation<MoneyIntent> {
  return operation.intent.kind === 'money';
}

export function isRead(operation: Operation): operation is Operation<ReadIntent> {
  return operation.intent.kind === 'read';
}

export function isLink(operation: Operation): operation is Operation<LinkIntent> {
  return operation.intent.kind === 'link';
}

export function isAgreement(operation: Operation): operation is Operation<AgreementIntent> {
  return operation.intent.kind === 'agreement';
}

export function isFreeze(operation: Operation): operation is Operation<FreezeIntent> {
  return operation.intent.kind === 'freeze';
}

export function isClose(operation: Operation): operation is Operation<CloseIntent> {
  return operation.intent.kind === 'close';
}

export function isSuccess({ outcome }: Operation): boolean {
  return outcome.kind === 'answered' && outcome.code === 'Success';
}

/** Nothing is known: no answer, or one that says so. */
export function isOpen({ outcome }: Operation): boolean {
  return outcome.kind === 'silent' || (outcome.kind === 'answered' && [202, 500].includes(outcome.status));
}

export function answerOf({ outcome }: Operation): string {
  return outcome.kind === 'answered' ? outcome.code : outcome.kind;
}
