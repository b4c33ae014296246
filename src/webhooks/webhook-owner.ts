import { type IdempotencyClaim, ownedBy, scopeOf } from '../idempotency/index.js';

/**
 * Whose endpoints and events these are, in place of a partner's id: the wallet's own back end. Ids of partners begin
 * with 1.
 */
export const APP = 0;

/** Keys of requests are unique for each owner and kind of call; operators have theirs apart. */
export function claimBy(ownerId: number, claim: IdempotencyClaim, route: KeyedRoute): IdempotencyClaim {
  if (claim.act) return ownedBy(claim, scopeOf('operator', null, route));
  return ownedBy(claim, ownerId === APP ? scopeOf('app', null, route) : scopeOf('partner', ownerId, route));
}

export type KeyedRoute = 'webhook-changes' | 'webhook-pings' | 'webhook-resends';
