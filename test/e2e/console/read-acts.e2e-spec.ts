import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { keyIdOf } from '../../support/acts.js';
import { ConsoleBrowser, SESSION_KEY } from '../../support/console-browser.js';
import { describeWith } from '../../support/environment.js';
import { aKey, aService } from '../../support/keyed-service.js';
import type { ServiceProgram } from '../../support/service-program.js';
import { sql } from '../../support/stores.js';

const HOSTILE = '<img src=x onerror="alert(1)">';

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'the page of acts', () => {
  let service: ServiceProgram;
  let browser: ConsoleBrowser;
  // Nobody else's.
  let keyId: number;
  const subjectId = randomInt(1e9, 2e9);

  beforeAll(async () => {
    keyId = await keyIdOf(await aKey('auditor'));
    const acts = [
      ['cancelPayment', 'operator', keyId, '203.0.113.7', HOSTILE, 'payment', subjectId],
      ['freezeUser', 'operator', keyId, '203.0.113.8', '도난 신고', 'user', subjectId + 1],
      ['pingAppWebhook', 'operator', keyId, '203.0.113.8', null, 'webhook', subjectId + 2],
      ['pingWebhook', 'operator', keyId, '203.0.113.8', null, 'webhook', subjectId + 3],
      ['revokeKey', 'shell', null, 'a-machine', 'lost', 'key', subjectId + 4],
      ['doSomethingNew', 'anyone', null, '127.0.0.1', null, 'partner', subjectId + 5],
    ].map((act, minute) => [`2031-01-05 03:0${minute}:00`, ...act]);
    await sql(
      'INSERT INTO operator_acts (acted_at, action, role, key_id, address, reason, subject, subject_id) VALUES ?',
      [acts],
    );
    await aKey('operator'); // without one no service starts that requires keys
    service = await aService({ AUTH: 'required', CONSOLE_SESSION_KEYS: SESSION_KEY });
    browser = new ConsoleBrowser(service.baseUrl);
    await browser.signIn(await aKey('auditor'));
  });
  afterAll(() => service?.stop());

  const page = (query: string) => browser.page(`/console/acts?${query}`);
  const rowsOf = (html: string) => html.split('<tr role="row">').slice(2);

  it('says who did what, when, from where, why and on whom', async () => {
    const [freezing = '', ...others] = rowsOf(await page(`subject=user&subjectId=${subjectId + 1}`));
    expect(others).toEqual([]);
    for (const words of [
      '2031-01-05 12:01:00',
      'from 203.0.113.8',
      'Operator',
      `href="/console/keys/${keyId}"`,
      'Freeze a user',
      '도난 신고',
      `<a href="/console/users/${subjectId + 1}">User ${subjectId + 1}</a>`,
    ]) {
      expect(freezing).toContain(words);
    }
    browser.language = 'ko';
    expect(await page(`subject=user&subjectId=${subjectId + 1}`)).toContain('고객 정지');
    browser.language = 'en';
  });

  it.each([
    ['of the day, newest first', 'from=2031-01-05&to=2031-01-05', [5, 4, 3, 2, 1, 0]],
    ['with a key', 'keyId=…', [3, 2, 1, 0]],
    [
      'of one kind, and blank fields ask for nothing',
      'subject=&subjectId=&keyId=&action=doSomethingNew&from=&to=',
      [5],
    ],
    ['to one payment', `subject=payment&subjectId=${subjectId}`, [0]],
  ])('shows what was done %s', async (_what, query, minutes) => {
    const times = minutes.map((minute) => `2031-01-05 12:0${minute}:00`);
    const shown = rowsOf(await page(query.replace('…', String(keyId))));
    expect(shown.map((row) => /2031-01-05 12:\d\d:\d\d(?=<)/.exec(row)?.[0])).toEqual(times);
  });

  it('leads to what has a page, and names the rest', async () => {
    const rows = rowsOf(await page('from=2031-01-05&to=2031-01-05'));
    expect(rows[1]).toContain(`href="/console/keys/${subjectId + 4}"`);
    expect(rows[1]).toMatch(/On the shell.*Revoke a key/s);
    expect(rows[2]).not.toContain(`href="/console/webhooks`);
    expect(rows[3]).toContain(`href="/console/webhooks/app/endpoints/${subjectId + 2}"`);
    expect(rows[0]).toMatch(/Without a key.*doSomethingNew.*href="\/console\/partners\//s);
  });

  it('shows a reason as the text that it is', async () => {
    const html = await page(`subject=payment&subjectId=${subjectId}`);
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x');
  });

  it('says in the words of the API what can’t be asked together, and keeps the form', async () => {
    const answer = await browser.get(`/console/acts?keyId=${keyId}&action=freezeUser`);
    const html = await answer.text();
    expect([answer.status, html]).toEqual([400, expect.stringContaining('give one of subject, keyId and action')]);
    expect(html).toContain(`value="${keyId}"`);
  });

  describe('of a long record', () => {
    it('goes on page by page, within what is asked for', async () => {
      const many = Array.from({ length: 55 }, (_, n) => [new Date(Date.UTC(2031, 1, 1, 0, n)), subjectId + 9]);
      await sql(
        `INSERT INTO operator_acts (acted_at, subject_id, action, role, address, subject)
         VALUES ${many.map(() => `(?, ?, 'freezeUser', 'operator', '::1', 'user')`).join()}`,
        many.flat(),
      );
      const first = await page(`subject=user&subjectId=${subjectId + 9}`);
      const next = /rel="next" href="([^"]+)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') as string;
      expect(next).toContain(`subjectId=${subjectId + 9}`);
      expect([rowsOf(first).length, rowsOf(await browser.page(next)).length]).toEqual([50, 5]);
    });
  });
});
