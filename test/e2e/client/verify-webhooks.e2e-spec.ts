import { afterEach, describe, expect, it } from '@jest/globals';
import { createPayClient, verifyWebhook, WebhookError, type WebhookEvent } from '@pay-practice/client';
import { createHmac } from 'node:crypto';
import { aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { api } from '../../support/api.js';
import { BASE_URL, describeWith, KEYS } from '../../support/environment.js';
import { aListener, stopReceivers, until } from '../../support/webhook-partner.js';
import type { ReceivedEvent } from '../../support/webhook-receiver.js';

const SECRET = 'whsec_of-the-test';
const now = Date.UTC(2026, 10, 28);
const body = '{"type":"payment.approved","data":{"status":"APPROVED"}}';
const sign = (text: string, secret = SECRET, atMs = now) =>
  `t=${atMs / 1000},v1=${createHmac('sha256', secret)
    .update(`${atMs / 1000}.${text}`)
    .digest('hex')}`;
const signed = (signature = sign(body)) => ({ 'Pay-Signature': signature });

/** Why it is refused; undefined when it isn't. */
function refusal(...args: Parameters<typeof verifyWebhook>): string | undefined {
  try {
    verifyWebhook(...args);
    return undefined;
  } catch (error) {
    if (error instanceof WebhookError) return error.reason;
    throw error;
  }
}

describe('a webhook', () => {
  it('is taken as text and as bytes, with headers of any kind', () => {
    const event = verifyWebhook(body, signed(), SECRET, { now });
    expect(event).toEqual(JSON.parse(body));
    const headers = new Headers(signed());
    expect(verifyWebhook(Buffer.from(body), headers, [SECRET], { now })).toEqual(event);
  });

  it('is refused when a byte of it was changed', () => {
    expect(refusal(`${body} `, signed(), SECRET, { now })).toBe('WrongSignature');
    expect(refusal(body.replace('APPROVED', 'CANCELED'), signed(), SECRET, { now })).toBe('WrongSignature');
    const later = signed(sign(body).replace(String(now / 1000), String(now / 1000 + 1)));
    expect(refusal(body, later, SECRET, { now })).toBe('WrongSignature');
  });

  it('is refused when it is old, or of the future, by more than is tolerated', () => {
    const at = (seconds: number, toleranceSeconds?: number) =>
      refusal(body, signed(), SECRET, { now: now + seconds * 1000, ...(toleranceSeconds && { toleranceSeconds }) });
    expect([at(300), at(-300), at(301), at(-301)]).toEqual([undefined, undefined, 'TooOld', 'TooOld']);
    expect([at(301, 600), at(61, 60), at(NaN)]).toEqual([undefined, 'TooOld', 'TooOld']);
  });

  it.each([
    ['no signature', {}],
    ['an empty one', signed('')],
    ['no time', signed('v1=00')],
    ['two of them', { 'pay-signature': [sign(body), sign(body)] }],
    ['another scheme', signed(sign(body).replace('v1', 'v0'))],
  ])('is refused with %s', (_what, headers) => {
    expect(refusal(body, headers, SECRET, { now })).toBe('Unsigned');
  });

  it.each(['', 'zz', '00', sign(body).slice(-64, -2)])('is refused with %j for a signature', (hex) => {
    expect(refusal(body, signed(`t=${now / 1000},v1=${hex}`), SECRET, { now })).toBe('WrongSignature');
  });

  it('is taken when either secret of a rotation has signed', () => {
    const next = 'whsec_next';
    for (const signature of [
      sign(body),
      sign(body, next),
      `${sign(body, 'whsec_other')},${sign(body, next).split(',')[1]}`,
    ])
      expect(refusal(body, signed(signature), [SECRET, next], { now })).toBeUndefined();
    expect(refusal(body, signed(sign(body, next)), SECRET, { now })).toBe('WrongSignature');
  });

  it('is never taken for want of a secret, or of its bytes', () => {
    for (const secrets of ['', [], [SECRET, '']])
      expect(() => verifyWebhook(body, signed(), secrets, { now })).toThrow(TypeError);
    expect(() => verifyWebhook(JSON.parse(body) as never, signed(), SECRET, { now })).toThrow(TypeError);
    expect(refusal('nonsense', signed(sign('nonsense')), SECRET, { now })).toBe('Malformed');
  });
});

describeWith(['databaseUrl'], 'a webhook of the service', () => {
  afterEach(() => stopReceivers());

  const read = ({ text, headers }: ReceivedEvent, secrets: string | string[]): WebhookEvent =>
    verifyWebhook(text, headers, secrets);

  it('is taken with the secret of its endpoint, and with either during a rotation', async () => {
    const { receiver, partnerId, endpointId, secret } = await aListener();
    const { userId } = await aUser();
    const payAndHear = async () => {
      const count = receiver.events.length;
      const { detail } = await done(api.pay(paymentBody(userId, { partnerId }), newKey()));
      await until(() => receiver.events.length > count);
      return { paymentId: detail.paymentId, received: receiver.events[count] as ReceivedEvent };
    };
    const first = await payAndHear();
    const event = read(first.received, secret);
    expect(event.type === 'payment.approved' && event.data.paymentId).toBe(first.paymentId);

    const pay = createPayClient({ baseUrl: BASE_URL, key: KEYS['operator'] });
    const params = { path: { partnerId, endpointId } };
    const next = await pay.POST('/partners/{partnerId}/webhooks/{endpointId}/rotate-secret', { params });
    const { received } = await payAndHear();
    for (const secrets of [secret, next.detail.secret, [next.detail.secret, secret]])
      expect(read(received, secrets).type).toBe('payment.approved');
    expect(() => read(received, 'whsec_of-another')).toThrow(WebhookError);
    expect(() => read({ ...received, text: received.text.replace('23000', '1') }, secret)).toThrow(WebhookError);
  });
});
