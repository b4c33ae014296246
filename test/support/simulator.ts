import { type FastifyInstance } from 'fastify';
import { handleOf } from '../../src/bank-simulator/account-handle.js';
import { type SimulatorConfig } from '../../src/bank-simulator/config.js';
import { type Rule } from '../../src/bank-simulator/lies.js';
import { buildSimulator } from '../../src/bank-simulator/server.js';

export const SIMULATOR_CONFIG: SimulatorConfig = {
  host: '127.0.0.1',
  port: 0,
  dataFile: undefined,
  latencyMs: 0,
  tokenSeconds: 3600,
  clientId: 'pay-practice',
  clientSecret: 'sandbox-secret',
};

export { type Fault } from '../../src/bank-simulator/faults.js';

type Fields = Record<string, unknown>;

/** A bank of one's own, in this process: over HTTP at `url`, or called directly. */
export class TestBank {
  url = '';
  private constructor(readonly app: FastifyInstance) {}

  static async start(config: Partial<SimulatorConfig> = {}): Promise<TestBank> {
    const bank = new TestBank(buildSimulator({ ...SIMULATOR_CONFIG, ...config }));
    bank.url = await bank.app.listen({ host: '127.0.0.1', port: config.port ?? 0 });
    return bank;
  }

  stop(): Promise<void> {
    return this.app.close();
  }

  async setRules(rules: readonly Rule[], seed = 1): Promise<void> {
    await this.call('PUT', '/simulator/rules', { seed, rules });
  }

  /** What the bank has taken, in order. */
  async takings(): Promise<{ bankTranId: string; amount: number }[]> {
    return (await this.call('GET', '/simulator/withdrawals')).body['items'] as never;
  }

  /** What the bank has paid out, in order. */
  async payouts(): Promise<{ bankTranId: string; amount: number }[]> {
    return (await this.call('GET', '/simulator/payouts')).body['items'] as never;
  }

  async stats(): Promise<{ asked: Record<string, number>; liesTold: Record<string, number>; takenWon: number }> {
    return (await this.call('GET', '/simulator/stats')).body as never;
  }

  async call(
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    url: string,
    payload?: object,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: Fields }> {
    const answer = await this.app.inject({ method, url, headers, ...(payload && { payload }) });
    return { status: answer.statusCode, body: answer.body === '' ? {} : (JSON.parse(answer.body) as Fields) };
  }

  async token(grant: Record<string, string>): Promise<{ status: number; body: Fields }> {
    const form = { client_id: 'pay-practice', client_secret: 'sandbox-secret', ...grant };
    const answer = await this.app.inject({
      method: 'POST',
      url: '/oauth/2.0/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(form).toString(),
    });
    return { status: answer.statusCode, body: JSON.parse(answer.body) as Fields };
  }

  async userToken(fintechUseNum: string): Promise<string> {
    const grant = { grant_type: 'refresh_token', refresh_token: `sandbox-${fintechUseNum}`, scope: 'transfer' };
    return (await this.token(grant)).body['access_token'] as string;
  }

  async institutionToken(): Promise<string> {
    return (await this.token({ grant_type: 'client_credentials', scope: 'oob' })).body['access_token'] as string;
  }

  async withdraw(message: Fields, token?: string): Promise<{ status: number; body: Fields }> {
    const bearer = token ?? (await this.userToken(String(message['fintech_use_num'])));
    return this.call('POST', '/v2.0/transfer/withdraw/fin_num', message, { authorization: `Bearer ${bearer}` });
  }

  async payOut(message: Fields, token?: string): Promise<{ status: number; body: Fields }> {
    const bearer = token ?? (await this.institutionToken());
    return this.call('POST', '/v2.0/transfer/deposit/fin_num', message, { authorization: `Bearer ${bearer}` });
  }

  /** @param checkType 1: about a withdrawal, 2: about a payout */
  async inquire(message: Fields, token?: string, checkType = '1'): Promise<{ status: number; body: Fields }> {
    const bearer = token ?? (await this.institutionToken());
    const body = {
      check_type: checkType,
      tran_dtime: '20261122120500',
      req_cnt: '1',
      req_list: [
        {
          tran_no: '1',
          org_bank_tran_id: message['bank_tran_id'],
          org_bank_tran_date: '20261122',
          org_tran_amt: message['tran_amt'],
        },
      ],
    };
    return this.call('POST', '/v2.0/transfer/result', body, { authorization: `Bearer ${bearer}` });
  }
}

let lastId = 0;

/** A bank_tran_id that was not used before in this process. */
export function nextBankTranId(): string {
  lastId += 1;
  return `M202600001U${lastId.toString(36).toUpperCase().padStart(9, '0')}`;
}

/** The handle of an account number at Hana Bank. */
export function handleFor(accountNumber: string): string {
  return handleOf({ bankCode: '081', number: accountNumber });
}

/** A withdrawal as the protocol writes it. */
export function withdrawalMessage(changes: Fields = {}, accountNumber = '1234567890'): Fields {
  return {
    bank_tran_id: nextBankTranId(),
    cntr_account_type: 'N',
    cntr_account_num: '1000000001',
    dps_print_content: '페이충전',
    fintech_use_num: handleFor(accountNumber),
    wd_print_content: '페이충전',
    tran_amt: '10000',
    tran_dtime: '20261122120000',
    req_client_name: '홍길동',
    req_client_fintech_use_num: handleFor(accountNumber),
    req_client_num: '1',
    transfer_purpose: 'RC',
    ...changes,
  };
}

/** A payout as the protocol writes it; `changes` are of its one item. */
export function payoutMessage(changes: Fields = {}, accountNumber = '1234567890'): Fields & { req_list: Fields[] } {
  const item = {
    tran_no: '1',
    bank_tran_id: nextBankTranId(),
    fintech_use_num: handleFor(accountNumber),
    print_content: '페이출금',
    tran_amt: '10000',
    req_client_name: '홍길동',
    req_client_fintech_use_num: handleFor(accountNumber),
    req_client_num: '1',
    transfer_purpose: 'TR',
    ...changes,
  };
  return {
    cntr_account_type: 'N',
    cntr_account_num: '1000000001',
    wd_pass_phrase: 'NONE',
    wd_print_content: item.bank_tran_id,
    name_check_option: 'on',
    tran_dtime: '20261122120000',
    req_cnt: '1',
    req_list: [item],
  };
}
