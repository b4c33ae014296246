import { createHmac } from 'node:crypto';

/**
 * The `Pay-Signature` header: the time of the attempt in seconds, and an HMAC-SHA256 of `<time>.<body>` in hex for each
 * secret that is valid, so that a receiver may know either of them during a rotation. `docs/webhook-verifier.ts` is the
 * other side.
 */
export function signatureOf(secrets: readonly string[], body: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  const signatures = secrets.map((secret) => createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex'));
  return [`t=${seconds}`, ...signatures.map((signature) => `v1=${signature}`)].join(',');
}
