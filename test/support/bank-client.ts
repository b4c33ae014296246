import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import type { BankOutcome, InquiryOutcome, BankOrder } from '../../src/bank/bank-client.js';
import { OpenBankingClient } from '../../src/bank/open-banking/index.js';
import { Clock } from '../../src/platform/clock/clock.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { Metrics } from '../../src/platform/metrics/metrics.js';
import { handleFor, nextBankTranId } from './simulator.js';

/** Less than the simulator's slow answers take, and time enough on a busy machine. */
export const BANK_TIMEOUT_MS = 700;

/** Waits for a slot as long as a test may take, unless told otherwise. */
export class TestClient extends OpenBankingClient {
  override send(order: BankOrder, giveUpAt = performance.now() + 10_000): Promise<BankOutcome> {
    return super.send(order, giveUpAt);
  }
  override inquire(order: BankOrder, giveUpAt = performance.now() + 10_000): Promise<InquiryOutcome> {
    return super.inquire(order, giveUpAt);
  }
}

/** A client of the bank at `url`, impatient so that tests are short. */
export function clientOf(url: string, variables: Record<string, string> = {}): TestClient {
  const config = loadConfig({ BANK_URL: url, BANK_TIMEOUT_MS: String(BANK_TIMEOUT_MS), ...variables });
  return new TestClient(config, new Clock(), new Metrics());
}

export const HANA = '081';

export function orderFor(changes: Partial<BankOrder> = {}, accountNumber = '1234567890'): BankOrder {
  return {
    kind: 'withdrawal',
    bankCode: HANA,
    bankTranId: nextBankTranId(),
    tranDtime: '20261122120000',
    amount: 10_000,
    fintechUseNum: handleFor(accountNumber),
    ownerName: '홍길동',
    ...changes,
  };
}

/** A bank that gives tokens and answers everything else as it is told: for what no simulator would ever answer. */
export class StubBank {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(answer: RequestListener): Promise<StubBank> {
    const server = createServer((request, response) => {
      if (request.url !== '/oauth/2.0/token') return answer(request, response);
      response.end(JSON.stringify({ access_token: 'token', expires_in: '3600' }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new StubBank(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
