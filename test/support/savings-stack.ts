import { expect } from '@jest/globals';
import type { AuditReport } from '../../src/audit/audit-report.js';
import { runAudit, wrongIn } from './audit.js';
import { done, newAccountNumber } from './builders.js';
import { eventually } from './money.js';
import { type OwnStack, signUpAt, startOwnStack } from './own-stack.js';
import { type ServiceProgram, serviceProgram } from './service-program.js';

const DAY_MS = 86_400_000;
const PARTS_OF_A_WON = 365n * 10_000n;
const RATES: Readonly<Record<string, bigint>> = { FREE: 300n, REGULAR: 500n };

/** Looks for work all the time. */
export const QUICK = { SAVINGS_INTERVAL_MS: '100', RECOVERY_INTERVAL_MS: '200', RECOVERY_FIRST_DELAY_MS: '500' };

export interface Saver {
  readonly userId: number;
  readonly mainAccountId: number;
  readonly accountId: number;
}

export interface Posting {
  /** YYYY-MM-DD */
  readonly day: string;
  readonly amount: number;
}

/** A service, with a clock and stores of its own, that pays interest. */
export class SavingsStack {
  private constructor(readonly own: OwnStack) {}

  static async start(variables: Record<string, string> = {}): Promise<SavingsStack> {
    return new SavingsStack(await startOwnStack({ ...QUICK, ...variables }));
  }

  /** `YYYY-MM-DD HH:mm:ss` in Seoul, for all instances. */
  standAt(seoulTime: string): void {
    this.own.setClock(Date.parse(`${seoulTime.replace(' ', 'T')}+09:00`) - Date.now());
  }

  /** A second instance on the same stores and clock, not started yet. */
  async another(): Promise<ServiceProgram> {
    return serviceProgram('another instance', this.own.service.launch.env as Record<string, string>);
  }

  /** With `saved` won in a new savings account; `bankAccount`: the last digits of the linked one, which may lie. */
  async aSaver(options: {
    saved?: number;
    product?: string;
    dailyDeposit?: number;
    bankAccount?: string;
  }): Promise<Saver> {
    const { saved = 0, bankAccount, ...wanted } = options;
    const { userId, accountId } = await signUpAt(this.own, newAccountNumber(bankAccount));
    const opened = (await done(this.own.api.openSavings({ userId, ...wanted }))).detail;
    if (saved > 0) await done(this.own.api.deposit({ userId, amount: saved, accountId: opened.accountId }));
    return { userId, mainAccountId: accountId, accountId: opened.accountId };
  }

  /** Waits until all open accounts were looked at up to this day. */
  async interestThrough(day: string, withinMs = 200_000): Promise<void> {
    await eventually(
      () =>
        this.own.sql<{ left: number }>(
          'SELECT COUNT(*) AS `left` FROM savings_accounts WHERE closed_at IS NULL AND interest_seen < ?',
          [day],
        ),
      ([row]) => Number(row?.left) === 0,
      withinMs,
    );
  }

  postingsOf(accountId: number): Promise<Posting[]> {
    return this.own.sql<Posting>(
      `SELECT DATE_FORMAT(p.day, '%Y-%m-%d') AS day, m.amount FROM interest_postings p
       JOIN movements m ON m.id = p.movement_id WHERE p.account_id = ? ORDER BY p.day`,
      [accountId],
    );
  }

  /** These accounts were paid what they earned on paper, worked out day by day from everything else that moved. */
  async expectExact(savers: readonly Saver[], through: string): Promise<void> {
    for (const { accountId } of savers) {
      expect(await this.postingsOf(accountId)).toEqual(await this.onPaper(accountId, through));
    }
    expect(wrongIn(await this.audit())).toEqual([]);
  }

  async audit(): Promise<AuditReport> {
    const env = { DATABASE_URL: this.own.databaseUrl, BANK_URL: this.own.bank.url };
    const { stdout, stderr } = await runAudit(['--json', '--no-bank'], env);
    if (stdout === '') throw new Error(`the audit reported nothing: ${stderr}`);
    return JSON.parse(stdout) as AuditReport;
  }

  private async onPaper(accountId: number, through: string): Promise<Posting[]> {
    const [agreed] = await this.own.sql<{ product: string; from: string }>(
      `SELECT product, DATE_FORMAT(earns_from, '%Y-%m-%d') AS \`from\` FROM savings_accounts WHERE account_id = ?`,
      [accountId],
    );
    const moved = await this.own.sql<Posting>(
      `SELECT DATE_FORMAT(e.posted_at + INTERVAL 9 HOUR, '%Y-%m-%d') AS day, e.amount FROM entries e
       JOIN movements m ON m.id = e.movement_id WHERE e.account_id = ? AND m.type <> 'INTEREST'`,
      [accountId],
    );
    const postings: Posting[] = [];
    let [balance, parts] = [0n, 0n];
    const first = Date.parse(agreed?.from as string);
    for (let at = first; at <= Date.parse(through); at += DAY_MS) {
      const day = new Date(at).toISOString().slice(0, 10);
      for (const one of moved) if (one.day === day || (at === first && one.day < day)) balance += BigInt(one.amount);
      parts += balance * (RATES[agreed?.product as string] as bigint);
      const won = parts / PARTS_OF_A_WON;
      parts %= PARTS_OF_A_WON;
      balance += won;
      if (won > 0n) postings.push({ day, amount: Number(won) });
    }
    return postings;
  }
}
