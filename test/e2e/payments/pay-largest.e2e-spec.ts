import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { auditReport, wrongIn } from '../../support/audit.js';
import { aUser, newKey, type TestUser } from '../../support/builders.js';
import { DatabaseRoot, describeAsRoot } from '../../support/database-root.js';
import { answersIn, Load, payment, untruths } from '../../support/load.js';
import { eventually, moneyOf } from '../../support/money.js';
import { type OwnService, startOwnService } from '../../support/own-service.js';

const MEBIBYTE = 1_048_576;
const COUNT = 60;

/** As much as a payment may say: 100 products, each with a name of 100 characters. */
const largest = (character: string) => ({
  partnerPayKey: newKey().padEnd(100, '~'),
  productItems: Array.from({ length: 100 }, () => ({ count: 1_000_000, name: character.repeat(100) })),
});

describeAsRoot('where the server takes messages of 1 MiB at most', () => {
  let root: DatabaseRoot;
  let service: OwnService;
  let load: Load;
  beforeAll(async () => {
    root = await DatabaseRoot.connect();
    await root.setGlobal('max_allowed_packet', MEBIBYTE);
    service = await startOwnService({ ANSWER_WITHIN_MS: '10000', DATABASE_DEADLINE_MS: '10000' });
    load = new Load(service.baseUrl);
  });
  afterAll(async () => {
    await load.close();
    await service.stop();
    await root.close();
  });

  const payAtOnce = async ({ userId }: TestUser, character: string) => {
    const requests = Array.from({ length: COUNT }, () => ({
      ...payment(userId, 10, largest(character)),
      key: newKey().padEnd(255, '~'),
    }));
    return Promise.all(requests.map((request) => load.send(request)));
  };

  it.each([
    ['Hangul', '힣'],
    ['emoji', '🐻'],
    // Written as \" in JSON, and as \\\" in SQL.
    ['quotation marks', '"'],
    ['backslashes', '\\'],
  ])(`${COUNT} of the largest payments at once, full of %s, are all made`, async (_what, character) => {
    const user = await aUser({ given: 1_000 });
    const told = await payAtOnce(user, character);
    expect(answersIn(told)).toEqual({ '201 Success': COUNT });
    expect((await moneyOf(user)).main).toBe(1_000 - 10 * COUNT);
    expect(await untruths(told)).toEqual([]);
  });

  it('so are those that need the bank', async () => {
    const user = await aUser();
    const told = await payAtOnce(user, '힣');
    expect(answersIn(told)).toEqual({ '201 Success': COUNT });
    await eventually(
      () => moneyOf(user),
      ({ usedToday }) => usedToday === 10 * COUNT,
    );
    expect(wrongIn((await auditReport()).report)).toEqual([]);
  });
});
