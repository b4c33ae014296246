import mysql, { type RowDataPacket } from 'mysql2/promise';
import { HANA } from './builders.js';
import { stackPart } from './environment.js';

/** Asks the database directly: only for what cannot be seen through HTTP. Numbers beyond 2^53 come as text. */
export async function sql<Row = Record<string, unknown>>(statement: string, values: unknown[] = []): Promise<Row[]> {
  const connection = await mysql.createConnection({
    uri: stackPart('databaseUrl'),
    supportBigNumbers: true,
    timezone: 'Z',
  });
  try {
    const [rows] = await connection.query<RowDataPacket[]>(statement, values);
    return rows as Row[];
  } finally {
    await connection.end();
  }
}

interface Withdrawal {
  readonly bankTranId: string;
  readonly amount: number;
}
interface BankPage {
  readonly items: readonly Withdrawal[];
  readonly nextAfter?: number;
}

/** What the bank has really taken from one linked account, or from all; or what it has really paid there. */
export async function bankRecord(
  fintechUseNum?: string,
  of: 'withdrawals' | 'payouts' = 'withdrawals',
): Promise<Withdrawal[]> {
  const record: Withdrawal[] = [];
  for (let after: number | undefined = 0; after !== undefined;) {
    const query = new URLSearchParams({ after: String(after), ...(fintechUseNum && { fintechUseNum }) }).toString();
    const page: BankPage = await control<BankPage>('GET', `/simulator/${of}?${query}`);
    record.push(...page.items.map(({ bankTranId, amount }) => ({ bankTranId, amount })));
    after = page.nextAfter;
  }
  return record;
}

/** Tells the simulated bank to lie, until `endBankRules` or the end of the file. */
export async function setBankRules(rules: readonly object[], seed = 1): Promise<void> {
  await control('PUT', '/simulator/rules', { seed, rules });
}

/** Sets the limits (won) that the bank itself has for a linked account of the builders' users. */
export async function limitAtBank(
  { linkedAccount }: { linkedAccount: string },
  limits: { transferLimit?: number; dailyLimit?: number },
): Promise<void> {
  await control('PUT', `/simulator/accounts/${HANA}/${linkedAccount}`, limits);
}

export async function endBankRules(): Promise<void> {
  await control('PUT', '/simulator/rules', { rules: [] });
}

async function control<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(stackPart('simulatorUrl') + path, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!response.ok) throw new Error(`the simulator answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
