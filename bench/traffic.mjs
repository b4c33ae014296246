// The requests of each kind of traffic, as they go on the wire. Every key and every order is new.

/**
 * Keys that are never the same and lie all over an index, as the UUIDs of real clients do: an odd factor shuffles the
 * numbers below 2^32 without making two of them equal.
 */
export function keySource(tag) {
  let count = 0;
  return () => `${(Math.imul(++count, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')}-${tag}`;
}

/** One of a range `{ first, count }`. */
export const anyOf = ({ first, count }) => first + Math.floor(Math.random() * count);

const pick = (list) => list[Math.floor(Math.random() * list.length)];

/**
 * Returns a function that makes the next request: `payments` of any of the users to any of the partners, `charges` of
 * the poor, or `mixed`. Ids come as ranges `{ first, count }`; `keys` are the app's, the operator's and the partners'.
 */
export function trafficOf({ kind, tag, keys, ...ids }) {
  const nextKey = keySource(tag);
  const head = (method, path, key) =>
    `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: bench\r\naccept: application/json\r\nauthorization: Bearer ${key}\r\n`;
  const wire = {
    get: (key, path) => `${head('GET', path, key)}\r\n`,
    /** All of it is ASCII, so that its length in characters is its length in bytes. */
    send(key, method, path, body) {
      const text = JSON.stringify(body);
      const lines = `content-type: application/json\r\nidempotency-key: ${nextKey()}\r\ncontent-length: ${text.length}`;
      return `${head(method, path, key)}${lines}\r\n\r\n${text}`;
    },
  };
  const payment = () => {
    const partnerId = anyOf(ids.partners);
    return wire.send(keys.partners[partnerId], 'POST', '/payments', {
      userId: anyOf(ids.users),
      partnerId,
      partnerPayKey: `order-${nextKey()}`,
      productItems: [
        { count: 1, name: 'Product A' },
        { count: 2, name: 'Product B' },
      ],
      totalPayAmount: 10,
    });
  };
  const charge = () => wire.send(keys.app, 'POST', '/accounts/main/charge', { userId: anyOf(ids.poor), amount: 10 });
  if (kind === 'charges') return charge;
  return kind === 'mixed' ? mixed({ ids, keys, nextKey, wire, payment, charge }) : payment;
}

/**
 * Every kind of call, weighted as an app and its partners might use it. `known` are payments made before: `{ id,
 * partnerId, order }`.
 */
function mixed({
  ids: { users, poor, partners, mainAccounts, known },
  keys,
  nextKey,
  wire: { get, send },
  payment,
  charge,
}) {
  const { app, operator } = keys;
  const transfer = () => {
    const fromUserId = anyOf(users);
    const toUserId = fromUserId === users.first ? fromUserId + 1 : fromUserId - 1;
    return send(app, 'POST', '/transfers', { fromUserId, toUserId, amount: 10, memo: 'lunch' });
  };
  const cancel = () => {
    const { id, partnerId } = pick(known);
    const body = { cancelAmount: 1, cancelReason: 'one piece came back' };
    return send(keys.partners[partnerId], 'POST', `/payments/${id}/cancel`, body);
  };
  const byOrder = () => {
    const { partnerId, order } = pick(known);
    return get(keys.partners[partnerId], `/payments?partnerId=${partnerId}&partnerPayKey=${order}`);
  };
  const signUp = () => {
    const name = nextKey();
    return send(app, 'POST', '/users', {
      name: 'Newcomer',
      email: `${name}@bench`,
      externalBank: 'HANA BANK',
      externalAccountNumber: `${Number.parseInt(name.slice(0, 8), 16)}5555`,
    });
  };
  const ofPartner = (path) => {
    const partnerId = anyOf(partners);
    return get(keys.partners[partnerId], path(partnerId));
  };
  const today = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10); // in Seoul
  const calls = [
    [500, payment],
    [20, cancel],
    [80, transfer],
    [80, () => send(app, 'PATCH', '/accounts/savings/deposit', { userId: anyOf(users), amount: 10 })],
    [40, charge],
    [10, signUp],
    [10, () => send(app, 'POST', '/accounts/savings', { userId: anyOf(poor) })],
    [100, () => get(app, `/users/${anyOf(users)}`)],
    [50, () => get(operator, `/payments/${pick(known).id}`)],
    [19, byOrder],
    [40, () => get(app, `/transactions/${pick(known).id}`)],
    [40, () => get(app, `/accounts/${anyOf(mainAccounts)}/transactions?limit=20`)],
    [5, () => ofPartner((id) => `/payments?partnerId=${id}&from=${today}&limit=20`)],
    [5, () => ofPartner((id) => `/partners/${id}/webhook-events`)],
    [1, () => ofPartner((id) => `/partners/${id}/settlements?date=${today}`)],
  ];
  const deck = calls.flatMap(([weight, call]) => new Array(weight).fill(call));
  return () => pick(deck)();
}
