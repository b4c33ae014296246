import { api, type Api, type Received } from './api.js';
import { aUser, done, newKey, paymentBody, type TestUser, type UserOptions } from './builders.js';

export interface Canceled {
  readonly paymentId: number;
  readonly cancelId: number;
  readonly cancelAmount: number;
  readonly cancelableAmount: number;
  readonly status: 'CANCELED' | 'PARTIALLY_CANCELED';
  readonly canceledAt: string;
}

/** Amounts are won. */
export interface Cancelling {
  readonly cancelAmount?: number;
  readonly cancelableAmount?: number;
}

/** A payment that was approved, and the request it was made with. */
export interface Paid {
  readonly user: TestUser;
  readonly paymentId: number;
  readonly body: ReturnType<typeof paymentBody>;
  readonly key: string;
}

/** A payment of `totalPayAmount` won by a new user, who had just as much. */
export async function aPayment(totalPayAmount = 23_000, options: UserOptions = {}): Promise<Paid> {
  const user = await aUser({ given: totalPayAmount, ...options });
  const [body, key] = [paymentBody(user.userId, { totalPayAmount }), newKey()];
  return { user, body, key, paymentId: (await done(api.pay(body, key))).detail.paymentId };
}

export function cancel(
  { paymentId }: { paymentId: number | string },
  body: Cancelling = {},
  key: string | undefined = newKey(),
  through: Api = api,
): Promise<Received<Canceled>> {
  return through.send('POST', `/payments/${paymentId}/cancel`, { cancelReason: '구매자 변심', ...body }, { key });
}
