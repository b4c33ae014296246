import { findAddress, handleOf, type AccountAddress } from './account-handle.js';
import { Journal } from './journal.js';

const BALANCE_WON = 1_000_000_000_000;
/** Contract accounts are of this bank. */
const CONTRACT_BANK = '097';
/** Days whose sums an account remembers for its daily limit. */
const DAYS_REMEMBERED = 3;

/** What a test may set of an account; null takes a limit away. */
export interface AccountSettings {
  readonly balance: number;
  readonly transferLimit: number | null;
  readonly dailyLimit: number | null;
  readonly closed: boolean;
}

export interface Account extends AccountSettings, AccountAddress {
  readonly fintechUseNum: string;
  balance: number;
  readonly takenByDay: Map<string, number>;
}

/** Which way the money goes: from a user's account to the contract account, or back. */
export type OrderKind = 'withdrawal' | 'payout';

export interface Order {
  /** Absent: a withdrawal, as in a record of long ago. */
  readonly kind?: OrderKind;
  readonly bankTranId: string;
  readonly fintechUseNum: string;
  readonly amount: number;
  /** KST, yyyyMMddHHmmss */
  readonly tranDtime: string;
  readonly contractAccount: string;
  /** What stands on the statement of the contract account; a record of long ago has none. */
  readonly printContent?: string;
}

/** What the bank decided about an id, once and for ever. */
export interface Decision extends Order {
  /** `000` when the money was moved */
  readonly bankCode: string;
  readonly atMs: number;
  /** Until then the bank says that it is in progress. */
  readonly knownAtMs: number;
}

/** A line of a contract account's statement. */
export interface StatementLine {
  readonly decision: Decision;
  readonly balanceAfter: number;
}

export interface Intervention {
  /** A refusal whatever the account holds. */
  readonly bankCode?: string | undefined;
  readonly inProgressMs?: number | undefined;
}

/**
 * The bank's books: accounts, made when first heard of, and one decision per bank_tran_id. Everything here is
 * synchronous, so checking and taking are one step; the journal has a line before the books change.
 */
export class Bank {
  /** The decisions that took money, in the order in which it was taken. */
  readonly takings: Decision[] = [];
  private readonly accounts = new Map<string, Account>();
  private readonly decisions = new Map<string, Decision>();
  /** The decisions that paid money out, likewise. */
  readonly payouts: Decision[] = [];
  /** Of each contract account and kind, by day, in the order in which it was received or paid. */
  private readonly statements = new Map<string, Map<string, StatementLine[]>>();
  private readonly journal: Journal | undefined;

  constructor(dataFile?: string) {
    this.journal = dataFile === undefined ? undefined : Journal.open(dataFile, (line) => this.replay(line));
  }

  get accountsCount(): number {
    return this.accounts.size;
  }

  get decisionsCount(): number {
    return this.decisions.size;
  }

  /** Null for a handle that no account number leads to. */
  findAccount(fintechUseNum: string): Account | null {
    const known = this.accounts.get(fintechUseNum);
    if (known) return known;
    const address = findAddress(fintechUseNum);
    return address && this.openAccount(fintechUseNum, address);
  }

  getAccount(address: AccountAddress): Account {
    return this.getByHandle(handleOf(address));
  }

  /** What was decided about an order of this kind, or of any. */
  findDecision(bankTranId: string, kind?: OrderKind): Decision | undefined {
    const decision = this.decisions.get(bankTranId);
    return kind === undefined || (decision && kindOf(decision) === kind) ? decision : undefined;
  }

  /** What a contract account received, or paid, on these days, the first and the last one included. */
  listStatement(kind: OrderKind, contractAccount: string, from: string, to: string): StatementLine[] {
    const ofKind = this.statements.get(`${kind} ${contractAccount}`) ?? [];
    const days = [...ofKind].filter(([day]) => day >= from && day <= to);
    return days.sort(([one], [other]) => (one < other ? -1 : 1)).flatMap(([, lines]) => lines);
  }

  /**
   * Moves the money or refuses, once per id, whichever way it goes; `repeated` when the id was decided before, and
   * nothing happens.
   */
  decide(order: Order, account: Account, { bankCode, inProgressMs = 0 }: Intervention = {}): Decision | 'repeated' {
    if (this.decisions.has(order.bankTranId)) return 'repeated';
    const atMs = Date.now();
    const decided = bankCode ?? this.judge(order, account);
    const decision = { ...order, bankCode: decided, atMs, knownAtMs: atMs + inProgressMs };
    this.journal?.append({ decision });
    this.enter(decision, account);
    return decision;
  }

  set(address: AccountAddress, settings: Partial<AccountSettings>): Account {
    const fintechUseNum = handleOf(address);
    this.journal?.append({ account: { fintechUseNum, settings } });
    return this.change(fintechUseNum, settings);
  }

  close(): void {
    this.journal?.close();
  }

  private enter(decision: Decision, account: Account): void {
    this.decisions.set(decision.bankTranId, decision);
    if (decision.bankCode !== '000') return;
    const contract = this.contractOf(decision);
    const isPayout = decision.kind === 'payout';
    const [payer, receiver] = isPayout ? [contract, account] : [account, contract];
    payer.balance -= decision.amount;
    receiver.balance += decision.amount;
    addToDay(payer.takenByDay, dayOf(decision), decision.amount);
    (isPayout ? this.payouts : this.takings).push(decision);
    this.addLine({ decision, balanceAfter: contract.balance });
  }

  private judge(order: Order, account: Account): string {
    const payer = order.kind === 'payout' ? this.contractOf(order) : account;
    if (account.closed) return '415';
    if (payer.transferLimit !== null && order.amount > payer.transferLimit) return '455';
    if (payer.dailyLimit !== null && order.amount > remainingToday(payer, dayOf(order))) return '456';
    return order.amount > payer.balance ? '453' : '000';
  }

  private addLine(line: StatementLine): void {
    const { decision } = line;
    const name = `${kindOf(decision)} ${decision.contractAccount}`;
    const days = this.statements.get(name) ?? new Map<string, StatementLine[]>();
    this.statements.set(name, days);
    const ofDay = days.get(dayOf(decision));
    if (ofDay) ofDay.push(line);
    else days.set(dayOf(decision), [line]);
  }

  private contractOf({ contractAccount }: Order): Account {
    return this.getAccount({ bankCode: CONTRACT_BANK, number: contractAccount.replace(/\D/g, '') });
  }

  private change(fintechUseNum: string, settings: Partial<AccountSettings>): Account {
    return Object.assign(this.getByHandle(fintechUseNum), settings);
  }

  private getByHandle(fintechUseNum: string): Account {
    const account = this.findAccount(fintechUseNum);
    if (!account) throw new Error(`${fintechUseNum} is not a handle of this sandbox`);
    return account;
  }

  private openAccount(fintechUseNum: string, address: AccountAddress): Account {
    const account: Account = {
      fintechUseNum,
      ...address,
      balance: BALANCE_WON,
      transferLimit: null,
      dailyLimit: null,
      closed: false,
      takenByDay: new Map(),
    };
    this.accounts.set(fintechUseNum, account);
    return account;
  }

  private replay(line: unknown): void {
    const { decision, account } = line as {
      decision?: Decision;
      account?: { fintechUseNum: string; settings: Partial<AccountSettings> };
    };
    if (decision) this.enter(decision, this.getByHandle(decision.fintechUseNum));
    else if (account) this.change(account.fintechUseNum, account.settings);
    else throw new Error("The simulator's record has a line of an unknown kind");
  }
}

export function kindOf({ kind = 'withdrawal' }: Order): OrderKind {
  return kind;
}

/** The business day that an order counts for. */
export function dayOf({ tranDtime }: Pick<Order, 'tranDtime'>): string {
  return tranDtime.slice(0, 8);
}

/** What is left of the account's daily limit; the protocol has 12 digits for it. */
export function remainingToday(account: Account, day: string): number {
  const limit = account.dailyLimit ?? 999_999_999_999;
  return Math.max(0, limit - (account.takenByDay.get(day) ?? 0));
}

function addToDay(sums: Map<string, number>, day: string, amount: number): void {
  sums.set(day, (sums.get(day) ?? 0) + amount);
  if (sums.size > DAYS_REMEMBERED) sums.delete([...sums.keys()].sort()[0] ?? day);
}
