import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { ABSOLUTE_MS, IDLE_MS } from '../../../src/console/session/session.js';
import { ConsoleBrowser, SESSION_KEY } from '../../support/console-browser.js';
import { describeWith } from '../../support/environment.js';
import { aKey, aService, revokeKey } from '../../support/keyed-service.js';
import type { ServiceProgram } from '../../support/service-program.js';

const wrongKey = () => `sk_test_${randomBytes(32).toString('base64url')}`;
/** Good keys are believed for five seconds. */
const FORGOTTEN_WITHIN_MS = 30_000;

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'signing in to the console', () => {
  let service: ServiceProgram;
  let operatorKey: string;
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    operatorKey = await aKey('operator');
    service = await aService({ AUTH: 'required', CONSOLE_SESSION_KEYS: SESSION_KEY });
  });
  afterAll(() => service?.stop());
  beforeEach(() => {
    browser = new ConsoleBrowser(service.baseUrl);
  });

  const whereTo = (answer: Response) => [answer.status, answer.headers.get('location')];

  it('leads whoever is a stranger to the sign-in, and then to where they wanted', async () => {
    const wanted = '/console/settlements?partnerId=100&day=2026-01-05';
    const led = await browser.get(wanted);
    expect(whereTo(led)).toEqual([303, `/console/sign-in?to=${encodeURIComponent(wanted)}`]);
    expect(await browser.page(led.headers.get('location') as string)).toContain('API key of an operator');
    expect(whereTo(await browser.post('/console/sign-in', { key: operatorKey, to: wanted }))).toEqual([303, wanted]);
    expect((await browser.get(wanted)).status).toBe(200);
  });

  it('leads nowhere but to the console', async () => {
    await browser.get('/console/sign-in');
    const answer = await browser.post('/console/sign-in', { key: operatorKey, to: 'https://evil.example/console' });
    expect(whereTo(answer)).toEqual([303, '/console']);
  });

  it('speaks Korean, and English to whoever prefers that', async () => {
    expect(await browser.page('/console/sign-in')).toMatch(/<html lang="en">.*Sign in/s);
    browser.language = 'ko-KR,ko;q=0.9,en;q=0.8';
    expect(await browser.page('/console/sign-in')).toMatch(/<html lang="ko">.*로그인/s);
  });

  it.each(['operator', 'auditor'] as const)('takes the key of an %s', async (role) => {
    expect((await browser.signIn(await aKey(role))).status).toBe(303);
    expect((await browser.session())?.member?.role).toBe(role);
    const page = await browser.page('/console/webhooks');
    expect(page).toContain(role === 'operator' ? 'Operator' : 'Auditor · read only');
  });

  it.each(['app', 'metrics'] as const)('does not take that of %s', async (role) => {
    const answer = await browser.signIn(await aKey(role));
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('does not open the console')]);
    expect((await browser.session())?.member).toBeNull();
  });

  it.each([
    ['unknown', wrongKey()],
    ['no key at all', 'letmein'],
    ['no header', 'sk_test_é\n'],
  ])('says that one is wrong which is %s', async (_name, key) => {
    const answer = await browser.signIn(key);
    const text = await answer.text();
    expect([answer.status, text]).toEqual([401, expect.stringContaining('wrong, or was revoked')]);
    expect(text).not.toContain(key);
    expect((await browser.session())?.member).toBeNull();
  });

  it('asks for a key where one is needed', async () => {
    await browser.get('/console/sign-in');
    expect((await browser.post('/console/sign-in', { key: ' ' })).status).toBe(400);
    expect((await browser.post('/console/sign-in', { withoutKey: 'yes' })).status).toBe(401);
    expect(await browser.page('/console/sign-in')).not.toContain('Continue without a key');
  });

  it('is over after a quarter of an hour without use, and after eight hours', async () => {
    const now = Date.now();
    const session = { csrf: 'x'.repeat(43), member: { role: 'operator', key: operatorKey } as const };
    const soon = 60_000;
    await browser.put({ ...session, createdAt: now - ABSOLUTE_MS + soon, seenAt: now - IDLE_MS + soon });
    expect((await browser.get('/console/webhooks')).status).toBe(200);
    expect((await browser.session())?.seenAt).toBeGreaterThanOrEqual(now);
    for (const [reason, ages] of [
      ['idle', { createdAt: now - IDLE_MS, seenAt: now - IDLE_MS }],
      ['old', { createdAt: now - ABSOLUTE_MS, seenAt: now }],
    ] as const) {
      await browser.put({ ...session, ...ages });
      const led = await browser.get('/console/webhooks');
      expect(whereTo(led)).toEqual([303, `/console/sign-in?to=%2Fconsole%2Fwebhooks&reason=${reason}`]);
      expect(browser.cookie).toBeUndefined();
    }
    expect(await browser.page('/console/sign-in?reason=idle')).toContain('15 minutes without use');
  });

  it('is over everywhere when the key is revoked', async () => {
    const key = await aKey('operator');
    const browsers = [browser, new ConsoleBrowser(service.baseUrl)];
    for (const it of browsers) expect((await it.signIn(key)).status).toBe(303);
    await revokeKey(key);
    const page = '/console/webhooks/app';
    const giveUpAt = Date.now() + FORGOTTEN_WITHIN_MS;
    while ((await browser.get(page)).status === 200 && Date.now() < giveUpAt);
    for (const it of browsers.reverse()) {
      const led = it.cookie === undefined ? undefined : await it.get(page);
      if (led) expect(led.headers.getSetCookie()).toHaveLength(1);
      if (led) expect(whereTo(led)).toEqual([303, `/console/sign-in?to=${encodeURIComponent(page)}&reason=revoked`]);
      expect(it.cookie).toBeUndefined();
    }
    expect(await browser.page('/console/sign-in?reason=revoked')).toContain('signed out everywhere');
  });

  it('sends what is only a part of a page to the sign-in, too', async () => {
    const answer = await browser.get('/console/webhooks', { 'hx-request': 'true' });
    expect([answer.status, answer.headers.get('hx-redirect')]).toEqual([
      401,
      '/console/sign-in?to=%2Fconsole%2Fwebhooks',
    ]);
  });

  it('ends with a sign-out', async () => {
    await browser.signIn(operatorKey);
    expect(whereTo(await browser.post('/console/sign-out'))).toEqual([303, '/console/sign-in?reason=signed-out']);
    expect(browser.cookie).toBeUndefined();
    expect((await browser.get('/console/webhooks')).status).toBe(303);
  });

  it('takes no cookie that was changed, or that is of other keys', async () => {
    await browser.signIn(operatorKey);
    const good = browser.cookie as string;
    for (const cookie of [`${good.slice(0, 30)}AAAA${good.slice(34)}`, 'nonsense', good.replace('%3B', '%3B%3B')]) {
      browser.cookie = cookie;
      expect((await browser.get('/console/webhooks')).status).toBe(303);
    }
  });

  it('brings in again, with their cookie, who come by a link of another site', async () => {
    const fromElsewhere = { 'sec-fetch-site': 'cross-site' };
    const answer = await browser.get('/console/webhooks?x=1', fromElsewhere);
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []]);
    expect(await answer.text()).toContain('http-equiv="refresh" content="0; url=/console/webhooks?x=1"');
    expect((await browser.get('/console/sign-in', fromElsewhere)).headers.getSetCookie()).toEqual([]);
  });

  describe('what it sends', () => {
    it('is a cookie that no script reads and no other site sends', async () => {
      const set = (await browser.get('/console/sign-in')).headers.getSetCookie();
      expect(set).toEqual([expect.stringMatching(/^pay_console=[^;]+; Path=\/console; HttpOnly; SameSite=Strict$/)]);
    });

    it('is never kept by anybody, framed, or of another origin', async () => {
      await browser.signIn(operatorKey);
      for (const path of ['/console/sign-in', '/console/webhooks', '/console/nothing']) {
        const { headers } = await browser.get(path);
        expect(headers.get('cache-control')).toBe('no-store');
        expect(headers.get('content-security-policy')).toMatch(/^default-src 'self'; .*frame-ancestors 'none'$/);
        expect(headers.get('x-frame-options')).toBe('DENY');
        expect(headers.get('referrer-policy')).toBe('same-origin');
        expect(headers.get('x-content-type-options')).toBe('nosniff');
      }
      expect(await browser.page('/console/webhooks')).not.toMatch(/<style|style="|<script>|onclick/);
    });

    it('is a page for what is not there, too', async () => {
      await browser.signIn(operatorKey);
      const answer = await browser.get('/console/nothing');
      expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
      expect(await answer.text()).toContain('The requested path was not found.');
    });

    it.each(['console.css', 'htmx.min.js', 'icon.svg'])('is %s, which strangers may keep', async (file) => {
      const answer = await browser.get(`/console/assets/${file}`);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([
        200,
        'public, max-age=31536000, immutable',
      ]);
    });

    it.each(['htmx.js', '../console.module.js', '%2e%2e/console.module.js', ''])(
      'is no other file: %j',
      async (file) => {
        expect((await browser.get(`/console/assets/${file}`)).status).not.toBe(200);
      },
    );
  });

  describe('a form', () => {
    const fields = () => ({ key: operatorKey, to: '/console' });

    it.each([
      ['without a token', { csrf: '' }, {}],
      ['with another token', { csrf: 'x'.repeat(43) }, {}],
      ['of another site', {}, { 'sec-fetch-site': 'cross-site' }],
      ['of another origin', {}, { 'sec-fetch-site': 'same-site' }],
    ])('%s signs nobody in', async (_name, more, headers: Record<string, string>) => {
      await browser.get('/console/sign-in');
      const answer = await browser.post('/console/sign-in', { ...fields(), ...more }, headers);
      expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('Nothing was done.')]);
      expect((await browser.session())?.member).toBeNull();
    });

    it('of before the sign-in is worth nothing behind it', async () => {
      await browser.get('/console/sign-in');
      const before = await browser.session();
      await browser.post('/console/sign-in', fields());
      expect((await browser.session())?.csrf).not.toBe(before?.csrf);
      expect((await browser.post('/console/sign-out', { csrf: before?.csrf as string })).status).toBe(403);
    });

    it('is the only body that the console takes, and none that the API does', async () => {
      await browser.signIn(operatorKey);
      const json = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
      expect((await fetch(`${service.baseUrl}/console/sign-out`, json)).status).toBe(415);
      const form = { method: 'POST', body: new URLSearchParams({ name: 'a' }) };
      expect((await fetch(`${service.baseUrl}/partners`, form)).status).toBe(415);
    });
  });
});

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'wrong keys at the console', () => {
  it('are counted as those of the API, with which they share a limit', async () => {
    const service = await aService({
      AUTH: 'required',
      AUTH_FAILURES_PER_MINUTE: '3',
      CONSOLE_SESSION_KEYS: SESSION_KEY,
      TRUSTED_PROXIES: '127.0.0.1',
    });
    try {
      const browser = new ConsoleBrowser(service.baseUrl);
      const forwarded = { 'x-forwarded-for': '192.0.2.77' };
      browser.headers = forwarded;
      const statuses: number[] = [];
      for (let n = 0; n < 5; n += 1) statuses.push((await browser.signIn(wrongKey())).status);
      expect(statuses).toEqual([401, 401, 401, 429, 429]);
      const answer = await browser.signIn(wrongKey());
      expect(await answer.text()).toMatch(/Too many requests\..*Try again in \d+ s\./s);
      const wrong = { authorization: `Bearer ${wrongKey()}` };
      const ask = (headers: Record<string, string>) => fetch(`${service.baseUrl}/version`, { headers });
      expect((await ask({ ...wrong, ...forwarded })).status).toBe(429);
      expect((await ask({ ...wrong, 'x-forwarded-for': '192.0.2.78' })).status).toBe(401);
    } finally {
      await service.stop();
    }
  });
});

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'the console of a sandbox', () => {
  it('can be used at once, without a key', async () => {
    const service = await aService({ AUTH: 'optional', CONSOLE_SESSION_KEYS: SESSION_KEY });
    try {
      const browser = new ConsoleBrowser(service.baseUrl);
      expect(await browser.page('/console/sign-in')).toContain('Continue without a key');
      expect((await browser.post('/console/sign-in', { withoutKey: 'yes' })).status).toBe(303);
      expect(await browser.page('/console/webhooks/app')).toMatch(/Sandbox.*No key/s);
    } finally {
      await service.stop();
    }
  });
});
