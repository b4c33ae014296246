import { findAddress, handleOf, type AccountAddress } from './account-handle.js';
import { Journal } from './journal.js';

const BALANCE_WON = 1_000_000_000_000;
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

export interface Order {
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
  /** `000` when the money was taken */
  readonly bankCode: string;
  readonly atMs: number;
  /** Until then the bank says that it is in progress. */
  readonly knownAtMs: number;
}

/** A line of a contract account's statement. */
export interface Receipt {
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
  /** Of each contract account, by day, in the order in which it was received. */
  private readonly receipts = new Map<string, Map<string, Receipt[]>>();
  private readonly received = new Map<string, number>();
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

  findDecision(bankTranId: string): Decision | undefined {
    return this.decisions.get(bankTranId);
  }

  /** What a contract account received on these days, the first and the last one included. */
  listReceipts(contractAccount: string, from: string, to: string): Receipt[] {
    const days = [...(this.receipts.get(contractAccount) ?? [])].filter(([day]) => day >= from && day <= to);
    return days.sort(([one], [other]) => (one < other ? -1 : 1)).flatMap(([, receipts]) => receipts);
  }

  /** Takes the money or refuses, once per id; `repeated` when the id was decided before, and nothing happens. */
  withdraw(order: Order, account: Account, { bankCode, inProgressMs = 0 }: Intervention = {}): Decision | 'repeated' {
    if (this.decisions.has(order.bankTranId)) return 'repeated';
    const atMs = Date.now();
    const decision = { ...order, bankCode: bankCode ?? judge(order, account), atMs, knownAtMs: atMs + inProgressMs };
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
    account.balance -= decision.amount;
    addToDay(account.takenByDay, dayOf(decision), decision.amount);
    this.takings.push(decision);
    this.receive(decision);
  }

  private receive(decision: Decision): void {
    const { contractAccount, amount } = decision;
    const balanceAfter = (this.received.get(contractAccount) ?? 0) + amount;
    this.received.set(contractAccount, balanceAfter);
    const days = this.receipts.get(contractAccount) ?? new Map<string, Receipt[]>();
    this.receipts.set(contractAccount, days);
    const ofDay = days.get(dayOf(decision));
    if (ofDay) ofDay.push({ decision, balanceAfter });
    else days.set(dayOf(decision), [{ decision, balanceAfter }]);
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

/** The business day that a withdrawal counts for. */
export function dayOf({ tranDtime }: Pick<Order, 'tranDtime'>): string {
  return tranDtime.slice(0, 8);
}

/** What is left of the account's daily limit; the protocol has 12 digits for it. */
export function remainingToday(account: Account, day: string): number {
  const limit = account.dailyLimit ?? 999_999_999_999;
  return Math.max(0, limit - (account.takenByDay.get(day) ?? 0));
}

function judge(order: Order, account: Account): string {
  if (account.closed) return '415';
  if (account.transferLimit !== null && order.amount > account.transferLimit) return '455';
  if (account.dailyLimit !== null && order.amount > remainingToday(account, dayOf(order))) return '456';
  return order.amount > account.balance ? '453' : '000';
}

function addToDay(sums: Map<string, number>, day: string, amount: number): void {
  sums.set(day, (sums.get(day) ?? 0) + amount);
  if (sums.size > DAYS_REMEMBERED) sums.delete([...sums.keys()].sort()[0] ?? day);
}
