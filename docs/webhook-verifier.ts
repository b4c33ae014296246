import { createHmac, timingSafeEqual } from 'node:crypto';

/** Older (or newer) messages are refused: somebody may be sending a recorded one again. */
const TOLERANCE_SECONDS = 300;

/** Whether we sent this: `header` is Pay-Signature, `body` the bytes of the request, before anything parses them. */
export function isGenuine(header: string, body: string | Buffer, secret: string, nowMs = Date.now()): boolean {
  const fields = header.split(',').map((field) => field.split('='));
  const time = fields.find(([name]) => name === 't')?.[1] ?? '';
  if (!/^\d+$/.test(time) || Math.abs(nowMs / 1000 - Number(time)) > TOLERANCE_SECONDS) return false;
  const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest();
  return fields.some(([name, value = '']) => {
    const given = Buffer.from(value, 'hex');
    return name === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}
