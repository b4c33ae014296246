import { Pool } from 'undici';
import type {
  AgreementIntent,
  Fields,
  FreezeIntent,
  Intent,
  LinkIntent,
  MoneyIntent,
  Outcome,
  SavingsIntent,
} from './history.js';

interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  readonly key?: string;
}

/** Errors after which the other side cannot have seen anything. */
const NOT_SENT = new Set(['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT']);

/** A client of one instance of the service. */
export class Client {
  private readonly pool: Pool;

  constructor(url: string) {
    this.pool = new Pool(url, { connections: 256, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  }

  /** Never throws: trouble is an outcome too. */
  async send(intent: Intent, timeoutMs: number): Promise<Outcome> {
    const { method, path, body, key } = callOf(intent);
    try {
      const response = await this.pool.request({
        method,
        path,
        headers: {
          ...(body && { 'content-type': 'application/json' }),
          ...(key !== undefined && { 'idempotency-key': key }),
        },
        body: body ? JSON.stringify(body) : null,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const envelope = (await response.body.json()) as { code: string; detail?: Fields };
      const { location } = response.headers;
      return {
        kind: 'answered',
        status: response.statusCode,
        code: envelope.code,
        detail: envelope.detail ?? {},
        location: typeof location === 'string' ? location : null,
      };
    } catch (error) {
      const { code, name } = error as NodeJS.ErrnoException;
      const why = code === undefined ? name : String(code);
      return { kind: NOT_SENT.has(why) ? 'notSent' : 'silent', why };
    }
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }
}

function callOf(intent: Intent): Call {
  switch (intent.kind) {
    case 'signUp':
      return {
        method: 'POST',
        path: '/users',
        body: {
          name: '홍길동',
          email: intent.email,
          externalBank: 'HANA BANK',
          externalAccountNumber: intent.accountNumber,
        },
      };
    case 'savings':
      return { method: 'POST', path: '/accounts/savings', body: savingsBody(intent) };
    case 'close':
      return {
        method: 'POST',
        path: `/accounts/savings/${intent.savingsId}/close`,
        body: { userId: intent.userId },
        key: intent.key,
      };
    case 'link':
      return linkCall(intent);
    case 'agreement':
      return agreementCall(intent);
    case 'freeze':
      return freezeCall(intent);
    case 'read':
      return { method: 'GET', path: intent.path };
    case 'money':
      return { ...moneyCall(intent), ...(intent.key !== undefined && { key: intent.key }) };
  }
}

function savingsBody({ userId, dailyDeposit }: SavingsIntent): object {
  return { userId, ...(dailyDeposit !== undefined && { product: 'REGULAR', dailyDeposit }) };
}

function linkCall({ act, userId, key, accountNumber, linkId }: LinkIntent): Call {
  const list = `/users/${userId}/linked-accounts`;
  switch (act) {
    case 'add':
      return {
        method: 'POST',
        path: list,
        body: { externalBank: 'HANA BANK', externalAccountNumber: accountNumber },
        key,
      };
    case 'makeDefault':
      return { method: 'PUT', path: `${list}/${linkId}/default`, key };
    case 'remove':
      return { method: 'DELETE', path: `${list}/${linkId}`, key };
  }
}

function agreementCall({ act, userId, key, agreementId, ...intent }: AgreementIntent): Call {
  const list = `/users/${userId}/agreements`;
  if (act === 'end') return { method: 'DELETE', path: `${list}/${agreementId}`, key };
  const { partnerId, limitPerPayment, limitPerDay, expiresAt } = intent;
  const body = { partnerId, limitPerPayment, limitPerDay, ...(expiresAt !== undefined && { expiresAt }) };
  return { method: 'POST', path: list, body, key };
}

function freezeCall({ act, owner, ownerId, key }: FreezeIntent): Call {
  return { method: 'POST', path: `/operations/${owner}s/${ownerId}/${act}`, body: { reason: '신고' }, key };
}

function moneyCall(intent: MoneyIntent): Call {
  const { route, userId, amount } = intent;
  switch (route) {
    case 'payments':
    case 'authorizations':
      return {
        method: 'POST',
        path: '/payments',
        body: {
          userId,
          partnerId: intent.partnerId,
          partnerPayKey: intent.order,
          productItems: [{ count: 1, name: 'Product A' }],
          totalPayAmount: amount,
          ...(route === 'authorizations' && { capture: 'MANUAL' }),
        },
      };
    case 'captures':
      return {
        method: 'POST',
        path: `/payments/${intent.paymentId}/capture`,
        body: amount > 0 ? { captureAmount: amount } : {},
      };
    case 'voids':
      return { method: 'POST', path: `/payments/${intent.paymentId}/void`, body: {} };
    case 'cancels':
      return {
        method: 'POST',
        path: `/payments/${intent.paymentId}/cancel`,
        body: { cancelReason: 'changed my mind', ...(amount > 0 && { cancelAmount: amount }) },
      };
    case 'charges':
      return { method: 'POST', path: '/accounts/main/charge', body: { userId, amount } };
    case 'withdrawals':
      return {
        method: 'POST',
        path: '/accounts/main/withdrawals',
        body: { userId, amount, ...(intent.linkId !== undefined && { linkedAccountId: intent.linkId }) },
      };
    case 'deposits':
      return {
        method: 'PATCH',
        path: '/accounts/savings/deposit',
        body: { userId, amount, accountId: intent.savingsId },
      };
    case 'savings-withdrawals':
      return { method: 'POST', path: `/accounts/savings/${intent.savingsId}/withdrawals`, body: { userId, amount } };
    case 'transfers':
    case 'holds': {
      const body = { fromUserId: userId, toUserId: intent.toUserId, amount };
      return {
        method: 'POST',
        path: '/transfers',
        body: route === 'holds' ? { ...body, acceptance: 'REQUIRED' } : body,
      };
    }
    case 'transfer-accepts':
      return { method: 'POST', path: `/transfers/${intent.transferId}/accept`, body: { userId } };
    case 'transfer-cancels':
      return { method: 'POST', path: `/transfers/${intent.transferId}/cancel`, body: { userId } };
  }
}
