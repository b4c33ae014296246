import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { isGenuine } from '../../docs/webhook-verifier.js';
import { signatureOf } from './signature.js';

const BODY = '{"eventId":12,"name":"결제"}';
const AT = new Date('2025-02-25T15:55:56.999Z');
const SECONDS = Math.floor(AT.getTime() / 1000);
const genuine = (header: string, body = BODY, secret = 'whsec_a', nowMs = AT.getTime()) =>
  isGenuine(header, body, secret, nowMs);

describe('a signature', () => {
  it('is an HMAC-SHA256 of the time and the body', () => {
    const expected = createHmac('sha256', 'whsec_a').update(`${SECONDS}.${BODY}`).digest('hex');
    expect(signatureOf(['whsec_a'], BODY, AT)).toBe(`t=${SECONDS},v1=${expected}`);
  });

  it('is verified by the verifier of the guide, whether the body is text or bytes', () => {
    const header = signatureOf(['whsec_a'], BODY, AT);
    expect(genuine(header)).toBe(true);
    expect(isGenuine(header, Buffer.from(BODY), 'whsec_a', AT.getTime())).toBe(true);
  });

  it('is verified with either secret during a rotation', () => {
    const header = signatureOf(['whsec_b', 'whsec_a'], BODY, AT);
    expect(header.match(/v1=/g)).toHaveLength(2);
    expect([genuine(header, BODY, 'whsec_a'), genuine(header, BODY, 'whsec_b')]).toEqual([true, true]);
    expect(genuine(header, BODY, 'whsec_c')).toBe(false);
  });

  it('is refused for another body, another time, or without a secret of ours', () => {
    const header = signatureOf(['whsec_a'], BODY, AT);
    expect(genuine(header, `${BODY} `)).toBe(false);
    expect(genuine(header.replace(/t=\d+/, `t=${SECONDS + 1}`))).toBe(false);
    expect(genuine(header, BODY, 'whsec_b')).toBe(false);
  });

  it('is refused when it is more than five minutes off, either way', () => {
    const header = signatureOf(['whsec_a'], BODY, AT);
    const after = (seconds: number) => genuine(header, BODY, 'whsec_a', (SECONDS + seconds) * 1000);
    expect([300, -300, 301, -301].map(after)).toEqual([true, true, false, false]);
  });

  it.each([
    '',
    't=',
    'v1=',
    't=x,v1=00',
    `t=${SECONDS}`,
    `t=${SECONDS},v1=`,
    `t=${SECONDS},v1=zz`,
    ',,=,=',
    't=1e9,v1=00',
  ])('is refused when it is %j', (header) => {
    expect(genuine(header)).toBe(false);
  });

  it('is refused when it is cut short', () => {
    expect(genuine(signatureOf(['whsec_a'], BODY, AT).slice(0, -2))).toBe(false);
  });
});
