import { linkBody, newEmail, newKey, newOrder, paymentBody, signUpBody } from '../../support/builders.js';

/** Those that act. The roles that only read follow from what they may read of theirs. */
type Role = 'partner' | 'app' | 'operator';

/** What there is to ask for. */
export interface World {
  readonly userId: number;
  readonly otherUserId: number;
  readonly accountId: number;
  /** The user's, with plenty in it. */
  readonly savingsAccountId: number;
  /** The other user's, paid into by itself. */
  readonly regularAccountId: number;
  readonly partnerId: number;
  /** A charge of the user's, settled. */
  readonly chargeId: number;
  /** Of the partner, approved, with plenty left to cancel. */
  readonly paymentId: number;
  readonly eventId: number;
  /** A linked account of the user's that may be used up. */
  readonly newLink: () => Promise<number>;
  /** An empty savings account of the other user's. */
  readonly newSavings: () => Promise<number>;
  /** Somebody with nothing in their wallet. */
  readonly newUser: () => Promise<number>;
  /** A transfer from the user to the other one, which is held. */
  readonly newHeldTransfer: () => Promise<number>;
  /** Of the other user with the partner. */
  readonly newAgreement: () => Promise<number>;
  /** Of the partner, authorised. */
  readonly newAuthorization: () => Promise<number>;
  /** An endpoint that may be used up. */
  readonly newEndpoint: () => Promise<number>;
  /** An endpoint of the wallet's own back end that may be used up. */
  readonly newAppEndpoint: () => Promise<number>;
  /** The id of one that nobody uses. */
  readonly newApiKey: () => Promise<number>;
  /** A partner that nobody pays. */
  readonly newPartner: () => Promise<number>;
  /** Was sent, or is to be, to an endpoint of the wallet's own back end. */
  readonly appEventId: number;
  /** One that has ended. */
  readonly anAudit: () => Promise<number>;
}

export interface Asked {
  readonly path: string;
  readonly body?: object;
  readonly key?: string;
}

export interface Route {
  /** Whose keys open it; `public` needs none and looks at none. */
  readonly access: 'public' | readonly Role[];
  /** What it answers to those. */
  readonly served: number;
  /** What it answers to another partner's key: it named a partner, or something that is not there for this one. */
  readonly toOther?: 403 | 404;
  /** What is asked for here is done already: nothing happens, and nothing is recorded. */
  readonly isDoneAlready?: true;
  ask(world: World): Asked | Promise<Asked>;
}

const anyPartner = { toOther: 403 } as const;
const WHY = { reason: '명의 도용 신고' };
const hidden = { toOther: 404 } as const;

/**
 * Every route there is, and who gets in. A route that is missing here fails the tests: decide first who may call it.
 */
export const ROUTES: Readonly<Record<string, Route>> = {
  'GET /health/live': { access: 'public', served: 200, ask: () => ({ path: '/health/live' }) },
  'GET /health/ready': { access: 'public', served: 200, ask: () => ({ path: '/health/ready' }) },
  'GET /version': { access: ['operator'], served: 200, ask: () => ({ path: '/version' }) },

  'POST /operations/keys': {
    access: ['operator'],
    served: 201,
    ask: () => ({ path: '/operations/keys', body: { role: 'app', days: 1 } }),
  },
  'GET /operations/keys': { access: ['operator'], served: 200, ask: () => ({ path: '/operations/keys' }) },
  'GET /operations/keys/{keyId}': {
    access: ['operator'],
    served: 200,
    ask: async ({ newApiKey }) => ({ path: `/operations/keys/${await newApiKey()}` }),
  },
  'DELETE /operations/keys/{keyId}': {
    access: ['operator'],
    served: 200,
    ask: async ({ newApiKey }) => ({ path: `/operations/keys/${await newApiKey()}` }),
  },
  'GET /operations/acts': { access: ['operator'], served: 200, ask: () => ({ path: '/operations/acts' }) },
  'GET /operations/me': { access: ['operator'], served: 200, ask: () => ({ path: '/operations/me' }) },

  'GET /sandbox/clock': { access: ['operator'], served: 200, ask: () => ({ path: '/sandbox/clock' }) },
  'PUT /sandbox/clock': {
    access: ['operator'],
    served: 200,
    ask: () => ({ path: '/sandbox/clock', body: { offsetSeconds: 0 } }),
  },
  'GET /sandbox/bank': { access: ['operator'], served: 200, ask: () => ({ path: '/sandbox/bank' }) },
  'PUT /sandbox/bank': {
    access: ['operator'],
    served: 200,
    ask: () => ({ path: '/sandbox/bank', body: { lie: null } }),
  },

  'GET /operations/overview': { access: ['operator'], served: 200, ask: () => ({ path: '/operations/overview' }) },

  'GET /operations/search': {
    access: ['operator'],
    served: 200,
    ask: ({ userId }) => ({ path: `/operations/search?q=${userId}` }),
  },
  'GET /operations/withdrawals': {
    access: ['operator'],
    served: 200,
    ask: () => ({ path: '/operations/withdrawals?status=PENDING' }),
  },
  'GET /operations/audits': { access: ['operator'], served: 200, ask: () => ({ path: '/operations/audits' }) },
  'GET /operations/audits/{auditId}': {
    access: ['operator'],
    served: 200,
    ask: async ({ anAudit }) => ({ path: `/operations/audits/${await anAudit()}` }),
  },
  'GET /operations/partners': { access: ['operator'], served: 200, ask: () => ({ path: '/operations/partners' }) },
  'GET /operations/users/{userId}': {
    access: ['operator'],
    served: 200,
    ask: ({ userId }) => ({ path: `/operations/users/${userId}` }),
  },
  'GET /operations/users/{userId}/movements': {
    access: ['operator'],
    served: 200,
    ask: ({ userId }) => ({ path: `/operations/users/${userId}/movements` }),
  },
  'GET /operations/accounts/{accountId}': {
    access: ['operator'],
    served: 200,
    ask: ({ accountId }) => ({ path: `/operations/accounts/${accountId}` }),
  },
  'GET /operations/movements/{movementId}': {
    access: ['operator'],
    served: 200,
    ask: ({ paymentId }) => ({ path: `/operations/movements/${paymentId}` }),
  },
  'GET /operations/payments/{paymentId}/story': {
    access: ['operator'],
    served: 200,
    ask: ({ paymentId }) => ({ path: `/operations/payments/${paymentId}/story` }),
  },

  'GET /banks': { access: 'public', served: 200, ask: () => ({ path: '/banks' }) },

  'POST /users': {
    access: ['app'],
    served: 201,
    ask: () => ({ path: '/users', body: signUpBody({ email: newEmail() }) }),
  },
  'GET /users': {
    access: ['app', 'operator'],
    served: 200,
    ask: () => ({ path: '/users?idempotencyKey=none' }),
  },
  'GET /users/{userId}': {
    access: ['app', 'operator'],
    served: 200,
    ask: ({ userId }) => ({ path: `/users/${userId}` }),
  },
  'POST /users/{userId}/linked-accounts': {
    access: ['app'],
    served: 201,
    ask: async ({ userId, newLink }) => {
      // A user has a few at most: there is always one less than that.
      await newLink();
      return { path: `/users/${userId}/linked-accounts`, body: linkBody() };
    },
  },
  'POST /users/{userId}/agreements': {
    access: ['app'],
    served: 201,
    ask: ({ otherUserId, partnerId }) => ({
      path: `/users/${otherUserId}/agreements`,
      body: { partnerId, limitPerPayment: 1_000, limitPerDay: 1_000 },
    }),
  },
  'GET /users/{userId}/agreements': {
    access: ['app', 'operator'],
    served: 200,
    ask: ({ userId }) => ({ path: `/users/${userId}/agreements` }),
  },
  'DELETE /users/{userId}/agreements/{agreementId}': {
    access: ['app'],
    served: 200,
    ask: async ({ otherUserId, newAgreement }) => ({
      path: `/users/${otherUserId}/agreements/${await newAgreement()}`,
    }),
  },
  'GET /users/{userId}/linked-accounts': {
    access: ['app', 'operator'],
    served: 200,
    ask: ({ userId }) => ({ path: `/users/${userId}/linked-accounts` }),
  },
  'PUT /users/{userId}/linked-accounts/{linkedAccountId}/default': {
    access: ['app'],
    served: 200,
    ask: async ({ userId, newLink }) => ({ path: `/users/${userId}/linked-accounts/${await newLink()}/default` }),
  },
  'DELETE /users/{userId}/linked-accounts/{linkedAccountId}': {
    access: ['app'],
    served: 200,
    ask: async ({ userId, newLink }) => ({ path: `/users/${userId}/linked-accounts/${await newLink()}` }),
  },
  'POST /accounts/main/withdrawals': {
    access: ['app'],
    served: 201,
    ask: ({ userId }) => ({ path: '/accounts/main/withdrawals', body: { userId, amount: 1 }, key: newKey() }),
  },
  'GET /savings-products': { access: 'public', served: 200, ask: () => ({ path: '/savings-products' }) },
  'POST /accounts/savings': {
    access: ['app'],
    served: 201,
    ask: ({ otherUserId }) => ({ path: '/accounts/savings', body: { userId: otherUserId } }),
  },
  'GET /accounts/savings': {
    access: ['app', 'operator'],
    served: 200,
    ask: ({ userId }) => ({ path: `/accounts/savings?userId=${userId}&idempotencyKey=none` }),
  },
  'PATCH /accounts/savings/deposit': {
    access: ['app'],
    served: 200,
    ask: ({ userId }) => ({ path: '/accounts/savings/deposit', body: { userId, amount: 1 } }),
  },
  'POST /accounts/savings/{accountId}/withdrawals': {
    access: ['app'],
    served: 201,
    ask: ({ userId, savingsAccountId }) => ({
      path: `/accounts/savings/${savingsAccountId}/withdrawals`,
      body: { userId, amount: 1 },
    }),
  },
  'DELETE /users/{userId}': {
    access: ['app'],
    served: 200,
    ask: async ({ newUser }) => ({ path: `/users/${await newUser()}` }),
  },
  'POST /accounts/savings/{accountId}/close': {
    access: ['app'],
    served: 201,
    ask: async ({ otherUserId, newSavings }) => ({
      path: `/accounts/savings/${await newSavings()}/close`,
      body: { userId: otherUserId },
    }),
  },
  'GET /accounts/savings/{accountId}/schedule': {
    access: ['app', 'operator'],
    served: 200,
    ask: ({ savingsAccountId }) => ({ path: `/accounts/savings/${savingsAccountId}/schedule` }),
  },
  'PUT /accounts/savings/{accountId}/schedule': {
    access: ['app'],
    served: 200,
    ask: ({ otherUserId, regularAccountId }) => ({
      path: `/accounts/savings/${regularAccountId}/schedule`,
      body: { userId: otherUserId, dailyDeposit: null },
    }),
  },
  'POST /accounts/main/charge': {
    access: ['app'],
    served: 200,
    ask: ({ userId }) => ({ path: '/accounts/main/charge', body: { userId, amount: 1 } }),
  },
  'GET /accounts/{accountId}/transactions': {
    access: ['app', 'operator'],
    served: 200,
    ask: ({ accountId }) => ({ path: `/accounts/${accountId}/transactions` }),
  },
  'POST /transfers': {
    access: ['app'],
    served: 201,
    ask: (world) => ({
      path: '/transfers',
      body: { fromUserId: world.userId, toUserId: world.otherUserId, amount: 1 },
    }),
  },
  'POST /transfers/{transferId}/accept': {
    access: ['app'],
    served: 201,
    ask: async ({ otherUserId, newHeldTransfer }) => ({
      path: `/transfers/${await newHeldTransfer()}/accept`,
      body: { userId: otherUserId },
    }),
  },
  'POST /transfers/{transferId}/cancel': {
    access: ['app'],
    served: 201,
    ask: async ({ userId, newHeldTransfer }) => ({
      path: `/transfers/${await newHeldTransfer()}/cancel`,
      body: { userId },
    }),
  },
  'GET /transactions/{transactionId}': {
    access: ['partner', 'app', 'operator'],
    served: 200,
    ...hidden,
    ask: ({ paymentId }) => ({ path: `/transactions/${paymentId}` }),
  },
  'GET /transactions': {
    access: ['app', 'operator'],
    served: 200,
    ask: ({ userId }) => ({ path: `/transactions?userId=${userId}&idempotencyKey=none` }),
  },

  'POST /payments': {
    access: ['partner'],
    served: 201,
    ...anyPartner,
    ask: ({ userId, partnerId }) => ({
      path: '/payments',
      body: paymentBody(userId, { partnerId, partnerPayKey: newOrder(), totalPayAmount: 1 }),
      key: newKey(),
    }),
  },
  'GET /payments/{paymentId}': {
    access: ['partner', 'operator'],
    served: 200,
    ...hidden,
    ask: ({ paymentId }) => ({ path: `/payments/${paymentId}` }),
  },
  'GET /payments': {
    access: ['partner', 'operator'],
    served: 200,
    ...anyPartner,
    ask: ({ partnerId }) => ({ path: `/payments?partnerId=${partnerId}&partnerPayKey=none` }),
  },
  'POST /payments/{paymentId}/capture': {
    access: ['partner'],
    served: 200,
    ...hidden,
    ask: async ({ newAuthorization }) => ({
      path: `/payments/${await newAuthorization()}/capture`,
      body: {},
      key: newKey(),
    }),
  },
  'POST /payments/{paymentId}/void': {
    access: ['partner'],
    served: 200,
    ...hidden,
    ask: async ({ newAuthorization }) => ({
      path: `/payments/${await newAuthorization()}/void`,
      body: {},
      key: newKey(),
    }),
  },
  'POST /payments/{paymentId}/cancel': {
    access: ['partner', 'operator'],
    served: 200,
    ...hidden,
    ask: ({ paymentId }) => ({
      path: `/payments/${paymentId}/cancel`,
      body: { cancelAmount: 1, cancelReason: '구매자 변심' },
      key: newKey(),
    }),
  },

  'POST /partners': { access: ['operator'], served: 201, ask: () => ({ path: '/partners', body: { name: '상점' } }) },
  'GET /partners/{partnerId}': {
    access: ['partner', 'operator'],
    served: 200,
    ...anyPartner,
    ask: ({ partnerId }) => ({ path: `/partners/${partnerId}` }),
  },
  'GET /partners/{partnerId}/settlements': {
    access: ['partner', 'operator'],
    served: 200,
    ...anyPartner,
    ask: ({ partnerId }) => ({ path: `/partners/${partnerId}/settlements?date=2025-02-26` }),
  },
  'GET /partners/{partnerId}/settlements/{day}/lines': {
    access: ['partner', 'operator'],
    served: 200,
    ...anyPartner,
    ask: ({ partnerId }) => ({ path: `/partners/${partnerId}/settlements/2025-02-26/lines` }),
  },

  'POST /partners/{partnerId}/webhooks': {
    access: ['partner', 'operator'],
    served: 201,
    ...anyPartner,
    ask: async ({ partnerId, newEndpoint }) => {
      // A partner has a few endpoints at most: there is always one less than that.
      await newEndpoint();
      return { path: `/partners/${partnerId}/webhooks`, body: { url: 'http://127.0.0.1:9/' } };
    },
  },
  'GET /partners/{partnerId}/webhooks': {
    access: ['partner', 'operator'],
    served: 200,
    ...anyPartner,
    ask: ({ partnerId }) => ({ path: `/partners/${partnerId}/webhooks` }),
  },
  'GET /partners/{partnerId}/webhooks/{endpointId}': {
    access: ['partner', 'operator'],
    served: 200,
    ...anyPartner,
    ask: async ({ partnerId, newEndpoint }) => ({ path: `/partners/${partnerId}/webhooks/${await newEndpoint()}` }),
  },
  'PATCH /partners/{partnerId}/webhooks/{endpointId}': {
    access: ['partner', 'operator'],
    served: 200,
    ...anyPartner,
    ask: async ({ partnerId, newEndpoint }) => ({
      path: `/partners/${partnerId}/webhooks/${await newEndpoint()}`,
      body: { url: 'http://127.0.0.1:10/' },
    }),
  },
  'DELETE /partners/{partnerId}/webhooks/{endpointId}': {
    access: ['partner', 'operator'],
    served: 200,
    ...anyPartner,
    ask: async ({ partnerId, newEndpoint }) => ({ path: `/partners/${partnerId}/webhooks/${await newEndpoint()}` }),
  },
  'POST /partners/{partnerId}/webhooks/{endpointId}/rotate-secret': {
    access: ['partner', 'operator'],
    served: 200,
    ...anyPartner,
    ask: async ({ partnerId, newEndpoint }) => ({
      path: `/partners/${partnerId}/webhooks/${await newEndpoint()}/rotate-secret`,
    }),
  },
  'POST /partners/{partnerId}/webhooks/{endpointId}/ping': {
    access: ['partner', 'operator'],
    served: 200,
    ...anyPartner,
    ask: async ({ partnerId, newEndpoint }) => ({
      path: `/partners/${partnerId}/webhooks/${await newEndpoint()}/ping`,
    }),
  },
  'GET /partners/{partnerId}/webhooks/{endpointId}/deliveries': {
    access: ['partner', 'operator'],
    served: 200,
    ...anyPartner,
    ask: async ({ partnerId, newEndpoint }) => ({
      path: `/partners/${partnerId}/webhooks/${await newEndpoint()}/deliveries`,
    }),
  },
  'POST /partners/{partnerId}/webhooks/{endpointId}/resend': {
    access: ['partner', 'operator'],
    served: 200,
    ...anyPartner,
    ask: async ({ partnerId, newEndpoint }) => ({
      path: `/partners/${partnerId}/webhooks/${await newEndpoint()}/resend`,
      body: { from: '2025-02-26 00:00:00' },
    }),
  },
  'GET /partners/{partnerId}/webhook-events': {
    access: ['partner', 'operator'],
    served: 200,
    ...anyPartner,
    ask: ({ partnerId }) => ({ path: `/partners/${partnerId}/webhook-events` }),
  },
  'POST /partners/{partnerId}/webhook-events/{eventId}/resend': {
    access: ['partner', 'operator'],
    served: 200,
    ...anyPartner,
    ask: ({ partnerId, eventId }) => ({ path: `/partners/${partnerId}/webhook-events/${eventId}/resend` }),
  },

  'POST /app/webhooks': {
    access: ['app', 'operator'],
    served: 201,
    ask: async ({ newAppEndpoint }) => {
      // There are a few endpoints at most: there is always one less than that.
      await newAppEndpoint();
      return { path: '/app/webhooks', body: { url: 'http://127.0.0.1:9/' } };
    },
  },
  'GET /app/webhooks': { access: ['app', 'operator'], served: 200, ask: () => ({ path: '/app/webhooks' }) },
  'GET /app/webhooks/{endpointId}': {
    access: ['app', 'operator'],
    served: 200,
    ask: async ({ newAppEndpoint }) => ({ path: `/app/webhooks/${await newAppEndpoint()}` }),
  },
  'PATCH /app/webhooks/{endpointId}': {
    access: ['app', 'operator'],
    served: 200,
    ask: async ({ newAppEndpoint }) => ({
      path: `/app/webhooks/${await newAppEndpoint()}`,
      body: { url: 'http://127.0.0.1:10/' },
    }),
  },
  'DELETE /app/webhooks/{endpointId}': {
    access: ['app', 'operator'],
    served: 200,
    ask: async ({ newAppEndpoint }) => ({ path: `/app/webhooks/${await newAppEndpoint()}` }),
  },
  'POST /app/webhooks/{endpointId}/rotate-secret': {
    access: ['app', 'operator'],
    served: 200,
    ask: async ({ newAppEndpoint }) => ({ path: `/app/webhooks/${await newAppEndpoint()}/rotate-secret` }),
  },
  'POST /app/webhooks/{endpointId}/ping': {
    access: ['app', 'operator'],
    served: 200,
    ask: async ({ newAppEndpoint }) => ({
      path: `/app/webhooks/${await newAppEndpoint()}/ping`,
    }),
  },
  'GET /app/webhooks/{endpointId}/deliveries': {
    access: ['app', 'operator'],
    served: 200,
    ask: async ({ newAppEndpoint }) => ({
      path: `/app/webhooks/${await newAppEndpoint()}/deliveries`,
    }),
  },
  'POST /app/webhooks/{endpointId}/resend': {
    access: ['app', 'operator'],
    served: 200,
    ask: async ({ newAppEndpoint }) => ({
      path: `/app/webhooks/${await newAppEndpoint()}/resend`,
      body: { from: '2025-02-26 00:00:00' },
    }),
  },
  'GET /app/webhook-events': {
    access: ['app', 'operator'],
    served: 200,
    ask: () => ({ path: '/app/webhook-events' }),
  },
  'POST /app/webhook-events/{eventId}/resend': {
    access: ['app', 'operator'],
    served: 200,
    ask: ({ appEventId }) => ({ path: `/app/webhook-events/${appEventId}/resend` }),
  },

  'POST /operations/users/{userId}/freeze': {
    access: ['operator'],
    served: 200,
    ask: async ({ newUser }) => ({ path: `/operations/users/${await newUser()}/freeze`, body: WHY }),
  },
  'POST /operations/users/{userId}/unfreeze': {
    access: ['operator'],
    served: 200,
    ask: ({ userId }) => ({ path: `/operations/users/${userId}/unfreeze`, body: WHY }),
  },
  'POST /operations/partners/{partnerId}/freeze': {
    access: ['operator'],
    served: 200,
    ask: async ({ newPartner }) => ({ path: `/operations/partners/${await newPartner()}/freeze`, body: WHY }),
  },
  'POST /operations/partners/{partnerId}/unfreeze': {
    access: ['operator'],
    served: 200,
    ask: ({ partnerId }) => ({ path: `/operations/partners/${partnerId}/unfreeze`, body: WHY }),
  },
  'POST /operations/withdrawals/{movementId}/inquire': {
    access: ['operator'],
    served: 200,
    isDoneAlready: true,
    ask: ({ chargeId }) => ({ path: `/operations/withdrawals/${chargeId}/inquire` }),
  },
};
