import { api, type Api, type Received } from './api.js';
import { aUser, done, newKey, paymentBody, type TestUser, type UserOptions } from './builders.js';

/** What is said of a payment that was set aside. Amounts are won. */
export interface Authorized {
  readonly paymentId: number;
  readonly partnerPayKey: string;
  readonly totalPayAmount: number;
  readonly paymentDateTime: string;
  readonly status: 'AUTHORIZED';
  readonly expiresAt: string;
}

export interface Captured {
  readonly paymentId: number;
  readonly captureId: number;
  readonly capturedAmount: number;
  readonly capturedAt: string;
}

export interface Voided {
  readonly paymentId: number;
  readonly voidId: number;
  readonly voidedAt: string;
}

/** The calls of payments in two steps, through one instance. */
export const authorizationsThrough = (instance: Api) => ({
  authorize: (userId: number, changes: Record<string, unknown> = {}, key: string = newKey()) =>
    instance.send<Authorized>('POST', '/payments', { ...paymentBody(userId), capture: 'MANUAL', ...changes }, { key }),
  capture: (paymentId: number | string, body: object | undefined = {}, key: string | undefined = newKey()) =>
    instance.send<Captured>('POST', `/payments/${paymentId}/capture`, body, { key }),
  voidPayment: (paymentId: number | string, key: string | undefined = newKey(), body: object | undefined = {}) =>
    instance.send<Voided>('POST', `/payments/${paymentId}/void`, body, { key }),
});

export const { authorize, capture, voidPayment } = authorizationsThrough(api);

/** A payment of `amount` won that is set aside on the main account of a new user, who has `given` won there. */
export async function anAuthorization(
  amount = 23_000,
  options: UserOptions = { given: 30_000 },
): Promise<{ user: TestUser; paymentId: number; received: Received<Authorized> }> {
  const user = await aUser(options);
  const received = await done(authorize(user.userId, { totalPayAmount: amount }));
  return { user, paymentId: received.detail.paymentId, received };
}
