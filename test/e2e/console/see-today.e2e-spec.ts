import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { IDLE_MS } from '../../../src/console/session/session.js';
import { aUser, newKey, paymentBody } from '../../support/builders.js';
import { ConsoleBrowser, SESSION_KEY } from '../../support/console-browser.js';
import { expectSuccess } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { untilOverview } from '../../support/overview.js';
import { type OwnService, startOwnService } from '../../support/own-service.js';

const NOW = '/console/today/now';
const AS_PART = { 'hx-request': 'true' };
const NO_REDIS = 'Redis does not answer';
const NO_DATABASE = 'the database does not answer';

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'the page of today', () => {
  let service: OwnService;
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    service = await startOwnService({ CONSOLE_SESSION_KEYS: SESSION_KEY });
    await untilOverview(service.api, ({ instances }) => (instances?.length ?? 0) > 0);
  });
  afterAll(() => service?.stop());
  beforeEach(async () => {
    browser = new ConsoleBrowser(service.baseUrl);
    await browser.get('/console/sign-in');
    await browser.post('/console/sign-in', { withoutKey: 'yes' });
  });

  const times = (page: string, text: string) => page.split(text).length - 1;
  const age = async (seenAt: number) => {
    const session = await browser.session();
    if (!session) throw new Error('nobody is signed in');
    await browser.put({ ...session, seenAt });
  };

  it('is where the console begins', async () => {
    const led = await browser.get('/console');
    expect([led.status, led.headers.get('location')]).toEqual([303, '/console/today']);
  });

  it('shows how payments were answered, and which instances there are', async () => {
    const { userId } = await aUser({ given: 1_000 });
    expectSuccess(await service.api.pay(paymentBody(userId, { totalPayAmount: 10 }), newKey()), 201);
    // Others of this deployment may be counted between the two looks.
    const { overview, page } = await eventually(
      async () => ({
        overview: await untilOverview(service.api, ({ payments }) => (payments?.approved ?? 0) > 0),
        page: await browser.page('/console/today'),
      }),
      (seen) => seen.page.includes(`>${seen.overview.payments?.approved}</span>`),
    );
    expect(page).toMatch(/aria-label="Payments per minute from \d\d:\d\d to \d\d:\d\d: \d+ in all/);
    for (const { id, version } of overview.instances ?? []) {
      expect(page).toContain(id);
      expect(page).toContain(version);
    }
    for (const path of ['/console/pending', '/console/webhooks', '/console/audits']) {
      expect(page).toContain(`href="${path}"`);
    }
    expect(page).not.toContain('does not answer');
  });

  it('says what is unknown while Redis is away, and shows the rest', async () => {
    await service.redis.close();
    try {
      const page = await browser.page('/console/today');
      expect([times(page, NO_REDIS), times(page, NO_DATABASE)]).toEqual([4, 0]);
    } finally {
      await service.redis.open();
    }
    await untilOverview(service.api, ({ instances }) => instances !== null);
  });

  it('says what is unknown while the database is away, and shows the rest', async () => {
    await service.database.close();
    try {
      const page = await browser.page('/console/today');
      expect([times(page, NO_REDIS), times(page, NO_DATABASE)]).toEqual([0, 3]);
    } finally {
      await service.database.open();
    }
    await untilOverview(service.api, ({ audit }) => audit !== null);
  });

  it('looks again by itself, which is no use of the session', async () => {
    const seenAt = Date.now() - 60_000;
    await age(seenAt);
    const answer = await browser.get(NOW, AS_PART);
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []]);
    expect(await answer.text()).toContain('every 5s"');
    expect((await browser.session())?.seenAt).toBe(seenAt);
    await browser.page('/console/today');
    expect((await browser.session())?.seenAt).toBeGreaterThan(seenAt);
  });

  it('leads to the sign-in when the session has gone idle under it, and from there to the page', async () => {
    await age(Date.now() - IDLE_MS);
    const answer = await browser.get(NOW, AS_PART);
    const signIn = `/console/sign-in?to=${encodeURIComponent(NOW)}&reason=idle`;
    expect([answer.status, answer.headers.get('hx-redirect')]).toEqual([401, signIn]);
    await browser.get(signIn);
    const led = await browser.post('/console/sign-in', { withoutKey: 'yes', to: NOW });
    const wanted = await browser.get(led.headers.get('location') as string);
    expect([wanted.status, wanted.headers.get('location')]).toEqual([303, '/console/today']);
  });

  it('holds still when it is told to', async () => {
    expect(await browser.page('/console/today')).toContain('every 5s"');
    const still = await browser.page('/console/today?still=yes');
    expect(still).toContain('Look again by itself');
    expect(still).not.toContain('every 5s');
  });
});
