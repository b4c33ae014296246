import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const CLIENTS = 8;
const USERS = 24;
const PATIENCE_MS = 10_000;
/** Fewer than the bank gives a user in a day, more than each can spend: half of the payments need no bank. */
const FIRST_CHARGE_WON = 300_000;

/** Clients that pay, transfer and charge, and remember what they asked for and were told, and when. */
export class DrillLoad {
  told = [];
  #isOver = false;
  #users = [];

  constructor(baseUrl) {
    this.baseUrl = baseUrl;
  }

  async begin() {
    for (let number = 0; number < USERS; number += 1) {
      const body = {
        name: '홍길동',
        email: `drill-${randomUUID()}@gmail`,
        externalBank: 'HANA BANK',
        externalAccountNumber: String(5_000_000_000 + number),
      };
      const { detail } = await this.#ask({ method: 'POST', path: '/users', body, key: randomUUID() });
      this.#users.push(detail.userId);
      await this.send(charge(detail.userId, FIRST_CHARGE_WON));
    }
    this.running = Promise.all(Array.from({ length: CLIENTS }, () => this.#client()));
  }

  async end() {
    this.#isOver = true;
    await this.running;
  }

  /** Asks, and remembers the answer; status 0: the connection broke. */
  async send(request) {
    const askedAtMs = Date.now();
    const answer = await this.#ask(request).catch((error) => ({ status: 0, code: error.message }));
    const told = { ...request, ...answer, askedAtMs, toldAtMs: Date.now() };
    this.told.push(told);
    return told;
  }

  async #client() {
    while (!this.#isOver) {
      const { status } = await this.send(this.#next());
      if (status === 0) await sleep(50); // else a service that is gone would be asked as fast as possible
    }
  }

  #next() {
    const user = this.#anyUser();
    const kind = randomInt(10);
    if (kind === 0) return charge(user, randomInt(10, 1_000));
    if (kind === 1) return transfer(user, this.#anyUser(user), randomInt(10, 1_000));
    return payment(user, randomInt(10, 3_000));
  }

  #anyUser(but) {
    const others = this.#users.filter((user) => user !== but);
    return others[randomInt(others.length)];
  }

  async #ask({ method, path, body, key }) {
    const response = await fetch(this.baseUrl + path, {
      method,
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const { code, detail } = await response.json();
    return { status: response.status, code, detail };
  }
}

const request = (path, body) => ({ method: 'POST', path, body, key: randomUUID() });
const charge = (userId, amount) => request('/accounts/main/charge', { userId, amount });
const transfer = (fromUserId, toUserId, amount) => request('/transfers', { fromUserId, toUserId, amount });
const payment = (userId, totalPayAmount) =>
  request('/payments', {
    userId,
    partnerId: 100,
    partnerPayKey: randomUUID(),
    totalPayAmount,
    productItems: [{ count: 1, name: 'Drill' }],
  });
