import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { api } from '../../support/api.js';
import { aUser, done, newKey, newOrder, paymentBody, type TestUser } from '../../support/builders.js';
import { ConsoleBrowser, SESSION_KEY } from '../../support/console-browser.js';
import { describeWith } from '../../support/environment.js';
import { aKey, aService } from '../../support/keyed-service.js';
import type { ServiceProgram } from '../../support/service-program.js';
import { sql } from '../../support/stores.js';

const HOSTILE = '<script>alert(1)</script>';
/** Turns what follows it around: no name may have one, but the page of one that does must bear it. */
const TURNED = '\u202Egnp.exe';

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'the search of the console', () => {
  let service: ServiceProgram;
  let browser: ConsoleBrowser;
  let user: TestUser;
  let partnerId: number;
  let partnerName: string;
  let paymentId: number;
  const order = newOrder();
  const key = newKey();
  beforeAll(async () => {
    await aKey('operator'); // without one, no service asks for keys
    service = await aService({ AUTH: 'required', CONSOLE_SESSION_KEYS: SESSION_KEY });
    browser = new ConsoleBrowser(service.baseUrl);
    await browser.signIn(await aKey('auditor'));
    partnerName = `${HOSTILE}${newKey().slice(-12)}`;
    const name = { name: partnerName };
    ({ partnerId } = (await done(api.send<{ partnerId: number }>('POST', '/partners', name))).detail);
    user = await aUser({ charged: 50_000, name: HOSTILE });
    const payment = paymentBody(user.userId, { partnerId, partnerPayKey: order });
    ({ paymentId } = (await done(api.pay(payment, key))).detail);
  });
  afterAll(() => service?.stop());

  const search = (q: string, fields: Record<string, string> = {}) =>
    browser.post('/console/search', { ...(q && { q }), ...fields });

  it('has a field of its own, and one on every other page', async () => {
    const own = await browser.page('/console/search');
    expect(own.match(/name="q"/g)).toHaveLength(1);
    expect(own).toMatch(/<label for="q">[^<]+<\/label><input[^>]*autofocus/);
    const other = await browser.page('/console/today');
    expect(other.match(/name="q"/g)).toHaveLength(1);
    expect(other).toMatch(/<form class="quick-search" method="post" action="\/console\/search" role="search"/);
  });

  it.each([
    ['e-mail', () => user.email, () => `users/${user.userId}`],
    ['e-mail in capitals, with spaces', () => `  ${user.email.toUpperCase()} `, () => `users/${user.userId}`],
    ['linked account', () => user.linkedAccount, () => `users/${user.userId}`],
    ['order number', () => order, () => `payments/${paymentId}`],
    ['key', () => key, () => `payments/${paymentId}`],
    ['whole name of a partner', () => partnerName, () => `partners/${partnerId}`],
  ])('leads straight to the only thing that is meant: %s', async (_name, q, path) => {
    const answer = await search(q());
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/console/${path()}`]);
  });

  it('leads from an account’s number to its statement', async () => {
    const sqlNumber = 'SELECT number FROM accounts WHERE id = ?';
    const [account] = await sql<{ number: string }>(sqlNumber, [user.accountId]);
    const answer = await search((account?.number ?? '').replaceAll('-', ''));
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/console/accounts/${user.accountId}`]);
  });

  it('shows what may be meant by kind, each with a link, and hostile names as text', async () => {
    const answer = await search(HOSTILE);
    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(page).toContain(`href="/console/partners/${partnerId}"`);
    expect(page).toContain('&lt;script>alert(1)');
    expect(page).not.toContain(HOSTILE);
    const byId = await (await search(String(user.userId))).text();
    expect(byId).toContain(`href="/console/users/${user.userId}"`);
    expect(byId).toContain('<caption>Users</caption>');
  });

  it('goes on where there is more, and keeps what was typed', async () => {
    const prefix = `P${newKey().slice(-12)}`;
    for (let index = 10; index < 35; index += 1) {
      await done(api.send('POST', '/partners', { name: `${prefix} ${index}` }));
    }
    const first = await (await search(prefix)).text();
    expect(first).toContain(`${prefix} 10`);
    expect(first).not.toContain(`${prefix} 34`);
    const cursor = /name="cursor" value="([^"]+)"/.exec(first)?.[1] ?? '';
    const second = await (await search(prefix, { cursor })).text();
    expect(second).toContain(`${prefix} 34`);
    expect(second).toContain(`value="${prefix}"`);
    expect(second).not.toContain('name="cursor"');
  });

  it('says so where there is nothing, or where it can’t look for that', async () => {
    const nothing = await search('nobody@pay.example');
    expect([nothing.status, await nothing.text()]).toEqual([200, expect.stringContaining('Nothing was found.')]);
    for (const q of ['', 'x'.repeat(256), TURNED]) {
      const answer = await search(q);
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('The request is not valid.')]);
    }
  });

  it('is not done without the token of the session, nor by an address', async () => {
    expect((await search(user.email, { csrf: 'x'.repeat(43) })).status).toBe(403);
    const page = await browser.page(`/console/search?q=${user.email}`);
    expect(page).not.toContain(user.email);
  });

  it('bears a name that turns what follows it around', async () => {
    const { partnerId: other } = (await done(api.send<{ partnerId: number }>('POST', '/partners', { name: 'x' })))
      .detail;
    await sql('UPDATE partners SET name = ? WHERE id = ?', [TURNED, other]);
    const page = await browser.page(`/console/partners/${other}`);
    // In an element of its own nothing follows it.
    expect(page).toContain(`<h1>${TURNED}</h1>`);
  });

  describe('and the log', () => {
    it('have no e-mail address in common', () => {
      const log = readFileSync(service.program.logFile, 'utf8');
      expect(log).toContain('/console/search');
      for (const secret of [user.email, user.linkedAccount]) expect(log.toLowerCase()).not.toContain(secret);
    });
  });
});
