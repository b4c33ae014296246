import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookEvent } from './schema.js';

export interface WebhookOptions {
  /** How far the time of the signature may be from now, in either direction; 300 by default. */
  readonly toleranceSeconds?: number;
  /** Milliseconds, as of `Date.now()`. */
  readonly now?: number;
}

export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** What came is not the service's, or not of now. Answer it 400, and do nothing. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
  constructor(readonly reason: 'Unsigned' | 'WrongSignature' | 'TooOld' | 'Malformed') {
    super(`not a webhook of the service: ${reason}`);
  }
}

/**
 * The event of a request, once it is sure whose it is.
 *
 * @param rawBody the bytes as they came, before anything parses them
 * @param secrets the endpoint's; several while they are rotated, any of them may have signed
 * @throws WebhookError
 */
export function verifyWebhook(
  rawBody: string | Uint8Array,
  headers: WebhookHeaders,
  secrets: string | readonly string[],
  { toleranceSeconds = 300, now = Date.now() }: WebhookOptions = {},
): WebhookEvent {
  if (typeof rawBody !== 'string' && !(rawBody instanceof Uint8Array))
    throw new TypeError('rawBody must be the bytes as they came: what is parsed already can not be verified.');
  const known = [secrets].flat();
  if (known.length === 0 || known.some((secret) => typeof secret !== 'string' || secret === ''))
    throw new TypeError("secrets must be the endpoint's, and none of them empty.");

  const fields = signatureIn(headers)
    .split(',')
    .map((field) => field.trim().split('='));
  const time = fields.find(([name]) => name === 't')?.[1] ?? '';
  const given = fields.filter(([name]) => name === 'v1').map(([, hex = '']) => Buffer.from(hex, 'hex'));
  if (!/^\d{1,12}$/.test(time) || given.length === 0) throw new WebhookError('Unsigned');
  const expected = known.map((secret) => createHmac('sha256', secret).update(`${time}.`).update(rawBody).digest());
  const isGenuine = expected.some((one) => given.some((it) => it.length === one.length && timingSafeEqual(it, one)));
  if (!isGenuine) throw new WebhookError('WrongSignature');
  if (!(Math.abs(now / 1000 - Number(time)) <= toleranceSeconds)) throw new WebhookError('TooOld');
  try {
    return JSON.parse(typeof rawBody === 'string' ? rawBody : new TextDecoder().decode(rawBody)) as WebhookEvent;
  } catch {
    throw new WebhookError('Malformed');
  }
}

function signatureIn(headers: WebhookHeaders): string {
  const name = 'pay-signature';
  if (headers instanceof Headers) return headers.get(name) ?? '';
  const [, value] = Object.entries(headers).find(([key]) => key.toLowerCase() === name) ?? [];
  return typeof value === 'string' ? value : ''; // twice is not how it is sent
}
