import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { readFileSync } from 'node:fs';
import { actsOn, keyIdOf } from '../../support/acts.js';
import { BrowserPage, browserHere } from '../../support/browser.js';
import { newKey, SANDBOX_PARTNER } from '../../support/builders.js';
import { ConsoleBrowser, SESSION_KEY } from '../../support/console-browser.js';
import { describeIf } from '../../support/describe-if.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { aKey, aService, bearer } from '../../support/keyed-service.js';
import type { ServiceProgram } from '../../support/service-program.js';
import { sql } from '../../support/stores.js';

const chromium = browserHere();
const HOSTILE = '<script>alert("label")</script>';
const WHY = 'for a new shop';

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'the page of keys', () => {
  let service: ServiceProgram;
  let operatorKey: string;
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    operatorKey = await aKey('operator');
    const env = { AUTH: 'required', CONSOLE_SESSION_KEYS: SESSION_KEY, TRUSTED_PROXIES: '127.0.0.1' };
    service = await aService(env);
  });
  afterAll(() => service?.stop());
  beforeEach(async () => {
    browser = new ConsoleBrowser(service.baseUrl);
    browser.headers = { 'x-forwarded-for': '203.0.113.9' };
    await browser.signIn(operatorKey);
  });

  const idempotencyKeyIn = (page: string) => /name="idempotencyKey" value="([^"]+)"/.exec(page)?.[1] as string;
  const make = async (fields: Record<string, string>) => {
    const idempotencyKey = idempotencyKeyIn(await browser.page('/console/keys/new'));
    return browser.post('/console/keys/new', { idempotencyKey, reason: WHY, ...fields });
  };
  const keyIn = (page: string) => /value="(sk_test_[\w-]{43})"/.exec(page)?.[1] as string;
  const statusWith = async (key: string) =>
    (await fetch(`${service.baseUrl}/partners/${SANDBOX_PARTNER}`, { headers: bearer(key) })).status;
  const revoke = (keyId: number, who = browser) =>
    who.post(`/console/keys/${keyId}/revoke`, { idempotencyKey: newKey(), reason: 'it was lost' });
  const whereTo = (answer: Response) => [answer.status, answer.headers.get('location')];

  it('shows what keys there are, and which one the session is of', async () => {
    const keyId = await keyIdOf(operatorKey);
    const page = await browser.page('/console/keys');
    expect(page).toMatch(new RegExp(`You are signed in with.*href="/console/keys/${keyId}"`));
    expect(page).toContain(`${operatorKey.slice(0, 16)}…`);
    expect(page).not.toContain(operatorKey);
    const one = await browser.page(`/console/keys/${keyId}`);
    expect(one).toContain('You are signed in with this key.');
    for (const query of [`keyId=${keyId}`, `subject=key&amp;subjectId=${keyId}`]) {
      expect(one).toContain(`href="/console/acts?${query}"`);
    }
    expect((await browser.get('/console/keys/999999999')).status).toBe(404);
  });

  it('offers auditors no act, and the API refuses them one', async () => {
    const auditor = new ConsoleBrowser(service.baseUrl);
    await auditor.signIn(await aKey('auditor'));
    expect(await auditor.page('/console/keys')).not.toContain('act-link');
    const keyId = await keyIdOf(await aKey('app'));
    expect(await auditor.page(`/console/keys/${keyId}`)).not.toContain('act-link');
    expect((await revoke(keyId, auditor)).status).toBe(403);
  });

  describe('makes a key', () => {
    it('that is good at once, and shown in this answer alone', async () => {
      const answer = await make({ role: 'partner', partnerId: String(SANDBOX_PARTNER), label: HOSTILE, days: '30' });
      const page = await answer.text();
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store']);
      const key = keyIn(page);
      expect(await statusWith(key)).toBe(200);
      expect(page).toContain('nobody can ever see it again');
      const keyId = await keyIdOf(key);
      const pages = [page, await browser.page('/console/keys'), await browser.page(`/console/keys/${keyId}`)];
      for (const shown of pages) expect(shown).not.toContain('<script>alert');
      for (const shown of pages.slice(1)) expect(shown).toMatch(/&lt;script>alert.*until/s);
      for (const shown of pages.slice(1)) expect(shown).not.toContain(key);
      expect(readFileSync(service.program.logFile, 'utf8')).not.toContain(key);
      expect(await everythingInRedis()).not.toContain(key.slice(16));
      const [act] = await actsOn('key', keyId);
      expect(act).toMatchObject({ action: 'createKey', reason: WHY, address: '203.0.113.9', role: 'operator' });
    });

    it('once, however often the form is sent', async () => {
      const idempotencyKey = newKey();
      const fields = { role: 'auditor', idempotencyKey };
      const [first, second] = [await make(fields), await make(fields)];
      expect([first.status, second.status]).toEqual([201, 409]);
      const page = await second.text();
      expect(page).toContain('has made its key already');
      expect(keyIn(page)).toBeUndefined();
    });

    it.each([
      ['a partner’s without a partner', { role: 'partner' }, 400, '<code>partnerId</code>'],
      ['an operator’s of a partner', { role: 'operator', partnerId: '100' }, 400, '<code>partnerId</code>'],
      ['of a partner that is not there', { role: 'partner', partnerId: '999999999' }, 404, 'merchant is not valid'],
      ['for too many days', { role: 'app', days: '10000' }, 400, '<code>days</code>'],
    ])('unless it is %s, which the form lets one mend', async (_what, fields, status, words) => {
      const answer = await make({ label: 'to be mended', ...fields });
      const page = await answer.text();
      expect([answer.status, page]).toEqual([status, expect.stringContaining(words)]);
      expect(page).toContain('value="to be mended"');
      expect(page).toContain(`value="${WHY}"`);
      expect(page).toContain(`selected value="${fields.role}"`);
    });
  });

  describe('revokes a key', () => {
    it('for a reason, and says so', async () => {
      const key = await aKey('app');
      const keyId = await keyIdOf(key);
      expect(await browser.page(`/console/keys/${keyId}/revoke`)).toContain('is refused everywhere');
      const answer = await revoke(keyId);
      expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('is revoked.')]);
      expect(await statusWith(key)).toBe(401);
      const [act] = await actsOn('key', keyId);
      expect(act).toMatchObject({ action: 'revokeKey', reason: 'it was lost', address: '203.0.113.9' });
      expect(await browser.page(`/console/keys/${keyId}/revoke`)).toContain('It is revoked already.');
      expect(await browser.page(`/console/keys/${keyId}`)).toContain('Revoked');
    });

    it('its own one: everybody who came with it is signed out', async () => {
      const own = await aKey('operator');
      const [one, other] = [new ConsoleBrowser(service.baseUrl), new ConsoleBrowser(service.baseUrl)];
      for (const who of [one, other]) await who.signIn(own);
      const path = `/console/keys/${await keyIdOf(own)}/revoke`;
      expect(await one.page(path)).toContain('you will be signed out');
      const signIn = `/console/sign-in?to=${encodeURIComponent(path)}&reason=revoked`;
      expect(whereTo(await revoke(await keyIdOf(own), one))).toEqual([303, signIn]);
      expect(one.cookie).toBeUndefined();
      expect((await other.get('/console/keys')).status).toBe(303);
    });

    it('but never the last one of operators', async () => {
      const keyId = await keyIdOf(operatorKey);
      const good = await sql<{ id: number }>(
        "SELECT id FROM api_keys WHERE role = 'operator' AND revoked_at IS NULL AND id <> ?",
        [keyId],
      );
      const others = [0, ...good.map(({ id }) => id)];
      await sql('UPDATE api_keys SET revoked_at = created_at WHERE id IN (?)', [others]);
      try {
        const answer = await revoke(keyId);
        expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining('LastOperatorKey')]);
        expect((await browser.get('/console/keys')).status).toBe(200);
      } finally {
        await sql('UPDATE api_keys SET revoked_at = NULL WHERE id IN (?)', [others]);
      }
    });
  });

  describeIf(chromium !== undefined, 'Chromium', 'in a browser', () => {
    it('makes a key in place, says what is wrong there, and leads out whoever revokes the own one', async () => {
      const own = await aKey('operator');
      const opened = await BrowserPage.open(chromium as string, `${service.baseUrl}/console/sign-in?to=/console/keys`);
      const { page } = opened;
      try {
        await page.getByLabel(/API key|API 키/).fill(own);
        await page.getByRole('button', { name: /Sign in|로그인/ }).click();
        await page.setExtraHTTPHeaders({ 'accept-language': 'en' });
        await page.goto(`${service.baseUrl}/console/keys`);
        await page.getByRole('link', { name: 'Make a key' }).click();
        await page.getByLabel('Role').selectOption('auditor');
        await page.getByLabel('Label').fill(HOSTILE);
        await page.getByLabel('Reason').fill('   ');
        await page.getByRole('button', { name: 'Make the key' }).click();
        await page.locator('#act .notice:focus').filter({ hasText: 'The request is not valid.' }).waitFor();
        await page.getByRole('link', { name: 'Make a key' }).click();
        await page.getByLabel('Role').selectOption('auditor');
        await page.getByLabel('Label').fill(HOSTILE);
        await page.getByLabel('Reason').fill(WHY);
        await page.getByRole('button', { name: 'Make the key' }).click();
        const key = await page.getByLabel('The key').inputValue();
        await page
          .locator('#keys')
          .getByText(`${key.slice(0, 16)}…`)
          .waitFor();
        await opened.picture('console-key-made');
        expect(page.url()).toBe(`${service.baseUrl}/console/keys`);
        await page.reload();
        expect(await page.content()).not.toContain(key);
        await page.getByRole('link', { name: `Revoke key ${await keyIdOf(own)}` }).click();
        await page.getByLabel('Reason').fill('I leave');
        await opened.picture('console-key-revoke');
        await page.getByRole('button', { name: 'Revoke it' }).click();
        await page.getByText('It was signed out everywhere').or(page.getByText('signed out everywhere')).waitFor();
        // The two answers that were refused are told to the browser's console, too.
        expect(opened.mistakes.filter((mistake) => !/status of 40[01]/.test(mistake))).toEqual([]);
      } finally {
        await opened.close();
      }
    });
  });
});

/** All names and values of the service's own database of Redis. */
async function everythingInRedis(): Promise<string> {
  const redis = new Redis(stackPart('redisUrl').replace(/(?<=:\d+)\/\d*$/, '') + '/7');
  try {
    const names = await redis.keys('*');
    const dumps = await Promise.all(names.map((name) => redis.dumpBuffer(name)));
    return names.join('\n') + dumps.map((dump) => dump?.toString('latin1') ?? '').join('\n');
  } finally {
    redis.disconnect();
  }
}
