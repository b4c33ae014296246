import secureSession from '@fastify/secure-session';
import { fastify } from 'fastify';
import { ABSOLUTE_MS, type Session } from './session.js';

/** Puts a session into a text that nobody else can read or make, and takes it out again. */
export interface SessionSeal {
  close(session: Session): string;
  /** Null for what was not made with one of the keys, or is too old in any case. */
  open(sealed: string): Session | null;
  /** The value of a cookie in a `Cookie` header. */
  cookieIn(header: string, name: string): string | undefined;
  setCookie(name: string, value: string, options: CookieOptions): string;
}

interface CookieOptions {
  readonly path: string;
  readonly httpOnly: true;
  readonly sameSite: 'strict';
  readonly secure: boolean;
  readonly maxAge?: number;
}

/**
 * The seal of `@fastify/secure-session`, from a server that never listens: registered with the service itself the plugin
 * would look for a session in every payment.
 *
 * @param keys 64 hexadecimal digits each; the first one seals, all of them open
 */
export async function sealOf(keys: readonly string[]): Promise<SessionSeal> {
  const server = fastify();
  await server.register(secureSession, { key: keys.map((key) => Buffer.from(key, 'hex')), expiry: ABSOLUTE_MS / 1000 });
  await server.ready();
  return {
    close: (session) => server.encodeSecureSession(server.createSecureSession({ ...session })),
    open: (sealed) => (server.decodeSecureSession(sealed)?.data() as Session | undefined) ?? null,
    cookieIn: (header, name) => server.parseCookie(header)[name],
    setCookie: (name, value, options) => server.serializeCookie(name, value, options),
  };
}
