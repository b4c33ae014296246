import request from 'supertest';
import { Conformance } from './conformance.js';
import { BASE_URL, keyFor, KEYS } from './environment.js';

/** An answer's envelope with what came around it. */
export interface Received<Detail> {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly detail: Detail;
  readonly location: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
export interface Sending {
  /** `Idempotency-Key` */
  readonly key?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface AccountBalance {
  readonly accountId: number;
  readonly balance: number;
}
export interface NewAccount extends AccountBalance {
  readonly accountNumber: string;
  readonly type: 'MAIN' | 'SAVINGS';
}
export interface NewSavings extends NewAccount {
  readonly product: 'FREE' | 'REGULAR';
}
export interface SignedUp {
  readonly userId: number;
  readonly name: string;
  readonly email: string;
  readonly mainAccount: NewAccount;
  readonly externalAccount: { readonly bank: string; readonly accountNumber: string };
}
export interface User {
  readonly userId: number;
  readonly name: string;
  readonly email: string;
  readonly frozen: boolean;
  readonly frozenAt?: string;
  readonly accounts: readonly (NewAccount & { readonly availableBalance: number })[];
  readonly externalAccount: {
    readonly bank: string;
    readonly accountNumber: string;
    readonly dailyLimit: number;
    readonly usedToday: number;
    readonly remainingToday: number;
  };
}
export interface Link {
  readonly linkedAccountId: number;
  readonly bank: string;
  readonly accountNumber: string;
  readonly isDefault: boolean;
  readonly linkedAt: string;
}
export interface Movement {
  readonly transactionId: number;
  readonly amount: number;
  readonly toppedUpAmount: number;
  readonly mainAccount: AccountBalance;
  readonly savingsAccount?: AccountBalance;
}
export interface Transaction {
  readonly transactionId: number;
  readonly type: string;
  readonly status: 'PENDING' | 'COMPLETED' | 'FAILED';
  readonly amount: number;
  readonly toppedUpAmount: number;
  readonly failureCode?: string;
  readonly memo?: string;
  readonly acceptance?: Acceptance;
  readonly occurredAt: string;
}
export interface Acceptance {
  readonly status: 'HELD' | 'ACCEPTED' | 'CANCELED' | 'EXPIRED';
  readonly expiresAt: string;
  readonly endedAt?: string;
}
export interface ApprovedPayment {
  readonly paymentId: number;
  readonly partnerPayKey: string;
  readonly totalPayAmount: number;
  readonly paymentDateTime: string;
}
export interface Payment extends Omit<ApprovedPayment, 'paymentDateTime'> {
  readonly userId: number;
  readonly partnerId: number;
  readonly status: 'PENDING' | 'AUTHORIZED' | 'APPROVED' | 'FAILED' | 'VOIDED' | 'CANCELED' | 'PARTIALLY_CANCELED';
  readonly productItems: readonly { readonly name: string; readonly count: number }[];
  readonly toppedUpAmount: number;
  readonly canceledAmount: number;
  readonly cancelableAmount: number;
  readonly cancels: readonly {
    readonly cancelId: number;
    readonly cancelAmount: number;
    readonly cancelReason: string;
  }[];
  readonly failureCode?: string;
  readonly capturedAmount?: number;
  readonly capturedAt?: string;
  readonly voidedAt?: string;
  readonly voidReason?: string;
  readonly expiresAt?: string;
  readonly requestedAt: string;
  readonly paymentDateTime?: string;
}
export interface Entry {
  readonly transactionId: number;
  readonly type: string;
  readonly amount: number;
  readonly balanceAfter: number;
  readonly counterparty: string;
  readonly paymentId?: number;
  readonly occurredAt: string;
}
export interface EntryPage {
  readonly items: readonly Entry[];
  readonly nextCursor: string | null;
}

/** Tests also ask for what is no id. */
type Id = number | string;

/** Nothing is ever answered later than this; a test that waits longer has found a hang. */
const ANSWER_WITHIN_MS = 15_000;

/**
 * A client of one service. Every answer that it sees must be as the service's OpenAPI document says, or the test fails.
 */
export class Api {
  /** `keys`: by role, for a service that requires them; a request that brings its own is left alone. */
  constructor(
    private readonly baseUrl: string,
    private readonly keys: Readonly<Record<string, string | undefined>> = {},
  ) {}

  readonly signUp = (body: unknown) => this.send<SignedUp>('POST', '/users', body);
  readonly user = (userId: Id) => this.send<User>('GET', `/users/${userId}`);
  readonly link = (userId: Id, body: unknown, key?: string) =>
    this.send<Link>('POST', `/users/${userId}/linked-accounts`, body, { key });
  readonly links = (userId: Id) => this.send<{ items: Link[] }>('GET', `/users/${userId}/linked-accounts`);
  readonly makeDefault = (userId: Id, linkedAccountId: Id, key?: string) =>
    this.send<Link>('PUT', `/users/${userId}/linked-accounts/${linkedAccountId}/default`, undefined, { key });
  readonly unlink = (userId: Id, linkedAccountId: Id, key?: string) =>
    this.send<Pick<Link, 'linkedAccountId'>>(
      'DELETE',
      `/users/${userId}/linked-accounts/${linkedAccountId}`,
      undefined,
      {
        key,
      },
    );
  readonly openSavings = (body: unknown) => this.send<NewSavings>('POST', '/accounts/savings', body);
  readonly deposit = (body: unknown, key?: string) =>
    this.send<Movement>('PATCH', '/accounts/savings/deposit', body, { key });
  readonly charge = (body: unknown, key?: string) =>
    this.send<Movement>('POST', '/accounts/main/charge', body, { key });
  /** To a linked bank account; the call needs a key. */
  readonly payOut = (body: unknown, key?: string) =>
    this.send<Omit<Movement, 'toppedUpAmount'>>('POST', '/accounts/main/withdrawals', body, { key });
  readonly transfer = (body: unknown, key?: string) => this.send<Movement>('POST', '/transfers', body, { key });
  readonly pay = (body: unknown, key?: string) => this.send<ApprovedPayment>('POST', '/payments', body, { key });
  readonly payment = (paymentId: Id) => this.send<Payment>('GET', `/payments/${paymentId}`);
  readonly payments = (query: Record<string, string | number>) =>
    this.send<{ items: Payment[] }>('GET', `/payments?${queryOf(query)}`);
  readonly transaction = (transactionId: Id) => this.send<Transaction>('GET', `/transactions/${transactionId}`);
  readonly entries = (accountId: Id, query: Record<string, string | number> = {}) =>
    this.send<EntryPage>('GET', `/accounts/${accountId}/transactions?${queryOf(query)}`);

  /** A body that is a string or a Buffer goes out as it is, everything else as JSON. */
  async send<Detail>(method: Method, path: string, body?: unknown, sending: Sending = {}): Promise<Received<Detail>> {
    const { key, headers = {} } = sending;
    const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
    const sent = isRaw ? (body as string) : JSON.stringify(body);
    const call = request(this.baseUrl)[method.toLowerCase() as 'get'](path).timeout(ANSWER_WITHIN_MS);
    if (body !== undefined) void call.set('Content-Type', 'application/json');
    if (key !== undefined) void call.set('Idempotency-Key', key);
    void call.set(headers);
    const conformance = await Conformance.load();
    const apiKey = keyFor(conformance.rolesOf(method, path), this.keys);
    const bringsOwn = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
    if (apiKey && !bringsOwn) void call.set('Authorization', `Bearer ${apiKey}`);
    // Superagent would write a Buffer as JSON.
    const answer = await (body === undefined ? call : call.serialize((it: string) => it).send(sent));

    const envelope = JSON.parse(answer.text) as { code: string; message: string; detail: Detail };
    const received = answer.headers as Record<string, string>;
    conformance.checkAnswer(method, path, answer.status, received, envelope);
    if (answer.status < 300 && !isRaw && body !== undefined) conformance.checkRequest(method, path, body);
    const { location } = received;
    return { status: answer.status, ...envelope, location, headers: received };
  }

  /** What is no part of the JSON API: documentation, metrics. */
  async text(path: string): Promise<{ status: number; type: string; text: string }> {
    const call = request(this.baseUrl).get(path).timeout(ANSWER_WITHIN_MS);
    if (this.keys['operator']) void call.set('Authorization', `Bearer ${this.keys['operator']}`);
    const { status, type, text } = await call;
    return { status, type, text };
  }
}

export const api = new Api(BASE_URL, KEYS);

function queryOf(query: Record<string, string | number>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
  return parameters.toString();
}
