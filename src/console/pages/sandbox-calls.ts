import type { ApiCall } from '../shell/console-api.js';

/** Every sandbox has this partner. */
export const SANDBOX_PARTNER = 100;

export interface NewCustomer {
  readonly name: string;
  readonly email: string;
  readonly externalBank: string;
  readonly externalAccountNumber: string;
}

export interface NewPayment {
  readonly userId: number;
  /** won */
  readonly totalPayAmount: number;
  readonly partnerPayKey: string;
  readonly capture?: 'MANUAL';
}

type Call = ApiCall & { readonly body: object };

/** The calls of the API that the steps make, and show for the command line. */
export const customerCall = (customer: NewCustomer): Call => ({ method: 'POST', path: '/users', body: customer });

/** Once, so that the story ends: the bank tells the truth when it is asked what became of it. */
export const lieCall = (lie: string | null): Call => ({
  method: 'PUT',
  path: '/sandbox/bank',
  body: lie === null ? { lie } : { lie, times: 1 },
});

export const chargeCall = (charge: { readonly userId: number; readonly amount: number }): Call => ({
  method: 'POST',
  path: '/accounts/main/charge',
  body: charge,
});

export const paymentCall = ({ userId, totalPayAmount, partnerPayKey, capture }: NewPayment): Call => ({
  method: 'POST',
  path: '/payments',
  body: {
    userId,
    partnerId: SANDBOX_PARTNER,
    partnerPayKey,
    productItems: [{ count: 1, name: 'Product A' }],
    totalPayAmount,
    ...(capture && { capture }),
  },
});

export const clockCall = (offsetSeconds: number): Call => ({
  method: 'PUT',
  path: '/sandbox/clock',
  body: { offsetSeconds },
});

/** Where it is typed. */
export interface Shell {
  /** Of the service, without a slash at its end. */
  readonly origin: string;
  readonly needsKey: boolean;
}

/** A call as a line for a shell. */
export function curlOf({ method, path, body, idempotencyKey }: Call, { origin, needsKey }: Shell): string {
  const headers = [
    "-H 'Content-Type: application/json'",
    ...(idempotencyKey === undefined ? [] : [`-H 'Idempotency-Key: ${idempotencyKey}'`]),
    ...(needsKey ? ['-H "Authorization: Bearer $KEY"'] : []),
  ];
  const text = JSON.stringify(body).replaceAll("'", String.raw`'\''`);
  return [`curl -i -X ${method} ${origin}${path}`, ...headers, `-d '${text}'`].join(' \\\n  ');
}
