import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { isFromElsewhere, isOfThisOrigin, isOurForm } from './own-pages.js';
import { newSession } from './session.js';

const HOST = 'pay.example';
const SESSION = newSession(0);
const requestWith = (headers: Record<string, string>, body?: object) =>
  ({ headers, host: HOST, body }) as unknown as FastifyRequest;

describe('a form', () => {
  const sent = (csrf: unknown, headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' }) =>
    isOurForm(requestWith(headers, { csrf }), SESSION);

  it('is ours with the token of its session', () => {
    expect(sent(SESSION.csrf)).toBe(true);
    expect(isOurForm(requestWith({}, { csrf: SESSION.csrf }), null)).toBe(false);
  });

  it.each([undefined, '', 'x', newSession(0).csrf, [SESSION.csrf], 'é'.repeat(43)])('is not with %j', (token) => {
    expect(sent(token)).toBe(false);
  });

  it('is not without any field', () => {
    expect(isOurForm(requestWith({ 'sec-fetch-site': 'same-origin' }), SESSION)).toBe(false);
  });

  it.each(['cross-site', 'same-site', 'none'])('is not of a page that is %s, whatever its token', (site) => {
    expect(sent(SESSION.csrf, { 'sec-fetch-site': site, origin: `https://${HOST}` })).toBe(false);
  });

  it('keeps its token from the handler', () => {
    const body = { csrf: SESSION.csrf, reason: 'lost card' };
    isOurForm(requestWith({}, body), SESSION);
    expect(body).toEqual({ reason: 'lost card' });
  });
});

it.each([
  [undefined, true],
  [`https://${HOST}`, true],
  ['https://evil.example', false],
  [`https://${HOST}.evil.example`, false],
  ['null', false],
])('where nothing is said of the site, an origin of %j is ours: %j', (origin, isOurs) => {
  expect(isOfThisOrigin(requestWith(origin === undefined ? {} : { origin }))).toBe(isOurs);
});

it('knows a link of another site', () => {
  expect(isFromElsewhere(requestWith({ 'sec-fetch-site': 'cross-site' }))).toBe(true);
  expect(isFromElsewhere(requestWith({ 'sec-fetch-site': 'same-origin' }))).toBe(false);
  expect(isFromElsewhere(requestWith({}))).toBe(false);
});
