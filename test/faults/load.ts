import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../support/random.js';
import {
  type AgreementIntent,
  type Answered,
  type CloseIntent,
  type FreezeIntent,
  type History,
  type Intent,
  isOpen,
  isSuccess,
  type MoneyIntent,
  type Operation,
} from './history.js';
import type { ServiceSystem } from './system.js';
import { askByKey, type Mix, World } from './world.js';

const PATIENCE_MS = 8_000;
/** A service with a defect, or on a busy machine, may need several tries to have so many users. */
const SIGN_UP_TRIES = 10;
const PAUSE_BETWEEN_TRIES_MS = 500;
/** While an instance is down its clients would fail as fast as they can ask. */
const PAUSE_WHEN_DOWN_MS = 50;
const PAUSE_WHEN_AHEAD_MS = 10;
/** Somebody is stopped for so long (ms), and is let go on again whatever it takes. */
const FROZEN_MS = [50, 800] as const;
const UNFREEZE_TRIES = 40;
/** Few can be paid what exceeds the bank's limit of a day together. */
const DAILY_DEPOSITS = { usual: [1_000, 60_000], large: [1_000_000, 3_000_000] } as const;

/** The clients: so many at once, each asking for one thing after the other of one instance or the other. */
export class Load {
  readonly world: World;
  private readonly system: ServiceSystem;
  private readonly history: History;
  private readonly mix: Mix;
  private users = 0;

  constructor(system: ServiceSystem, history: History, mix: Mix) {
    this.system = system;
    this.history = history;
    this.mix = mix;
    this.world = new World(mix);
  }

  /** The business day. */
  today(): string {
    return this.system.clock.today();
  }

  /** Signs the first users up, with a savings account each. */
  async prepare(random: Random): Promise<void> {
    for (let tries = 0; tries < SIGN_UP_TRIES && this.world.users.length < this.mix.users; tries++) {
      const missing = this.mix.users - this.world.users.length;
      await Promise.all(Array.from({ length: missing }, () => this.signUp(random)));
      if (this.world.users.length < this.mix.users) await sleep(PAUSE_BETWEEN_TRIES_MS);
    }
    if (this.world.users.length < this.mix.users) throw new Error('the first users could not be signed up');
  }

  /** Runs the clients until `isOver`; `mayGo` lets them wait for the faults. */
  async run(random: Random, isOver: () => boolean, mayGo: () => boolean): Promise<void> {
    const worker = async (own: Random): Promise<void> => {
      while (!isOver()) {
        if (mayGo()) await this.act(own);
        else await sleep(PAUSE_WHEN_AHEAD_MS);
      }
    };
    await Promise.all(Array.from({ length: this.mix.workers }, (_, index) => worker(random.fork(`worker ${index}`))));
  }

  /** One call to one instance, recorded. */
  async call<I extends Intent>(
    intent: I,
    random: Random,
    instance = random.integer(0, this.system.instances.length - 1),
    patienceMs = PATIENCE_MS,
  ): Promise<Operation<I>> {
    const { client } = this.system.instances[instance] as ServiceSystem['instances'][number];
    const operation = await this.history.record(intent, instance, () => client.send(intent, patienceMs));
    if (operation.outcome.kind === 'notSent') await sleep(PAUSE_WHEN_DOWN_MS);
    return operation;
  }

  private async act(random: Random): Promise<void> {
    switch (random.weighted(this.mix.actions)) {
      case 'money':
        return this.money(this.world.newMoney(random), random);
      case 'twins':
        return this.twins(this.world.newMoney(random), random);
      case 'repeat':
        return this.money(this.world.repeated(random), random);
      case 'otherPayload':
        return this.money(this.world.otherPayload(random), random);
      case 'otherKey':
        return this.money(this.world.otherKey(random), random);
      case 'endTransfer':
        return this.endTransfer(random);
      case 'endPayment':
        return this.endPayment(random);
      case 'read':
        return this.read(random);
      case 'signUp':
        return this.signUp(random);
      case 'link':
        return this.link(random);
      case 'savings':
        return this.openSavings(this.world.anyUser(random), random);
      case 'agree':
        return this.agree(
          this.world.newAgreement(random, (days) => this.system.clock.earlier(-24 * days)),
          random,
        );
      case 'close':
        return this.close(this.world.newClose(random), random);
      case 'freeze':
        return this.freeze(random);
    }
  }

  /** Like a careful client: what is not known is sent again with the same key, or asked for. */
  private async money(intent: MoneyIntent | null, random: Random): Promise<void> {
    if (!intent) return;
    const patienceMs = random.chance(0.03) ? random.integer(5, 300) : PATIENCE_MS;
    let operation = await this.call(intent, random, undefined, patienceMs);
    this.world.learn(operation);
    for (let tries = 0; tries < 3 && intent.key !== undefined && isDoubtful(operation); tries++) {
      const next = random.weighted({ leave: 40, again: 40, ask: 20 });
      if (next === 'leave') return;
      await sleep(random.integer(0, 300));
      if (next === 'ask') {
        await this.call(askByKey(intent), random);
      } else {
        operation = await this.call(intent, random);
        this.world.learn(operation);
      }
    }
  }

  /** The same request several times at once, as an impatient client or a proxy would send it. */
  private async twins(intent: MoneyIntent, random: Random): Promise<void> {
    if (intent.key === undefined) return this.money(intent, random);
    const copies = random.integer(2, 4);
    const sent = await Promise.all(Array.from({ length: copies }, () => this.call(intent, random)));
    for (const operation of sent) this.world.learn(operation);
  }

  /** By one of its parties, or by both at once. */
  private async endTransfer(random: Random): Promise<void> {
    const ends = this.world.newEnds(random);
    if (!ends) return;
    const who = random.weighted({ receiver: 30, sender: 20, both: 50 });
    await Promise.all([
      who !== 'sender' && this.money(ends.accept, random),
      who !== 'receiver' && this.money(ends.cancel, random),
    ]);
  }

  /** Once, or in two ways at once, by clients of the partner's that know nothing of each other. */
  private async endPayment(random: Random): Promise<void> {
    const ends = this.world.newPaymentEnds(random);
    if (!ends) return;
    const how = random.weighted({ capture: 25, void: 15, captureTwice: 20, both: 40 });
    await Promise.all([
      how !== 'void' && this.money(ends.capture, random),
      how === 'captureTwice' && this.money(ends.another, random),
      (how === 'void' || how === 'both') && this.money(ends.void, random),
    ]);
  }

  private async read(random: Random): Promise<void> {
    const intent = this.world.read(random, this.today());
    const { outcome } = await this.call(intent, random);
    if (intent.what !== 'entries' || outcome.kind !== 'answered' || !random.chance(0.3)) return;
    const cursor = outcome.detail['nextCursor'];
    if (typeof cursor === 'string') await this.call({ ...intent, path: `${intent.path}&cursor=${cursor}` }, random);
  }

  private async signUp(random: Random): Promise<void> {
    const number = ++this.users;
    const intent = {
      kind: 'signUp',
      email: `user-${number}@gmail`,
      accountNumber: String(1_000_000 + number),
    } as const;
    const copies = random.chance(0.2) ? 2 : 1;
    const sent = await Promise.all(Array.from({ length: copies }, () => this.call(intent, random)));
    for (const { outcome } of sent) {
      if (outcome.kind !== 'answered' || outcome.code !== 'Success') continue;
      const { userId, mainAccount } = outcome.detail as { userId: number; mainAccount: { accountId: number } };
      const user = { userId, mainId: mainAccount.accountId, savingsIds: [], closedIds: [], linkIds: [] };
      await this.openSavings(user, random);
      if (user.savingsIds.length === 0) continue;
      const agrees = this.world.agreesLike(random);
      this.world.users.push({ ...user, agrees, agreementIds: [] });
      if (agrees !== 'never') await this.agree(this.world.firstAgreement(random, userId), random);
    }
  }

  private async link(random: Random): Promise<void> {
    const intent = this.world.newLink(random);
    const copies = random.chance(0.2) ? 2 : 1;
    const sent = await Promise.all(Array.from({ length: copies }, () => this.call(intent, random)));
    const linkIds = this.world.users.find(({ userId }) => userId === intent.userId)?.linkIds ?? [];
    for (const operation of sent.filter(isSuccess)) {
      const id = (operation.outcome as Answered).detail['linkedAccountId'] as number;
      if (intent.act === 'add') linkIds.push(id);
      if (intent.act === 'remove') linkIds.splice(linkIds.indexOf(id), 1);
    }
  }

  private async openSavings(user: { userId: number; savingsIds: number[] }, random: Random): Promise<void> {
    const [min, max] = DAILY_DEPOSITS[random.weighted({ usual: 80, large: 20 })];
    const daily = random.chance(0.4) ? { dailyDeposit: random.integer(min, max) } : {};
    const { outcome } = await this.call({ kind: 'savings', userId: user.userId, ...daily } as const, random);
    if (outcome.kind !== 'answered' || outcome.code !== 'Success') return;
    user.savingsIds.push((outcome.detail as { accountId: number }).accountId);
  }

  private async agree(intent: AgreementIntent | null, random: Random): Promise<void> {
    if (!intent) return;
    const { agreementIds = [] } = this.world.users.find(({ userId }) => userId === intent.userId) ?? {};
    for (let tries = 0; tries < 3; tries++) {
      const copies = random.chance(0.2) ? 2 : 1;
      const sent = await Promise.all(Array.from({ length: copies }, () => this.call(intent, random)));
      for (const { outcome } of sent.filter(isSuccess)) {
        if (intent.act === 'agree') agreementIds.push((outcome as Answered).detail['agreementId'] as number);
      }
      if (!sent.some(isDoubtful)) return;
      await sleep(random.integer(0, 300));
    }
  }

  /** For a moment, in which others go on asking. */
  private async freeze(random: Random): Promise<void> {
    const { freeze, unfreeze } = this.world.newFreeze(random);
    await this.insist(freeze, 3, random);
    await sleep(random.integer(...FROZEN_MS));
    await this.insist(unfreeze, UNFREEZE_TRIES, random);
  }

  private async insist(intent: FreezeIntent, triesMax: number, random: Random): Promise<void> {
    for (let tries = 0; tries < triesMax; tries++) {
      const copies = random.chance(0.2) ? 2 : 1;
      const sent = await Promise.all(Array.from({ length: copies }, () => this.call(intent, random)));
      if (!sent.some(isDoubtful)) return;
      await sleep(random.integer(0, 300));
    }
  }

  private async close(intent: CloseIntent | null, random: Random): Promise<void> {
    if (!intent) return;
    for (let tries = 0; tries < 3; tries++) {
      if (!isDoubtful(await this.call(intent, random))) return;
      await sleep(random.integer(0, 300));
    }
  }
}

function isDoubtful(operation: Operation): boolean {
  const { outcome } = operation;
  return isOpen(operation) || outcome.kind === 'notSent' || (outcome.kind === 'answered' && outcome.status === 503);
}
