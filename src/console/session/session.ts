import { randomBytes } from 'node:crypto';

const MINUTE_MS = 60_000;
/** After so long without a request a session is over. */
export const IDLE_MS = 15 * MINUTE_MS;
/** And after so long in any case. */
export const ABSOLUTE_MS = 8 * 60 * MINUTE_MS;

export const CONSOLE_ROLES = ['operator', 'auditor', 'anyone'] as const;
/** Whose key it is; `anyone` came without one, where none is needed. */
export type ConsoleRole = (typeof CONSOLE_ROLES)[number];

export interface Member {
  readonly role: ConsoleRole;
  /** Null where none is needed. */
  readonly key: string | null;
}

/** What a browser keeps for the console, sealed. Without a member it has seen the sign-in page only. */
export interface Session {
  /** What every form of this session carries, so that no other site's form passes for one of ours. */
  readonly csrf: string;
  /** Milliseconds of the machine's own clock, which nobody moves in a sandbox. */
  readonly createdAt: number;
  readonly seenAt: number;
  readonly member: Member | null;
}

/** Why a session is over. */
export type SessionEnd = 'idle' | 'old';

export function newSession(now: number, member: Member | null = null): Session {
  return { csrf: randomBytes(32).toString('base64url'), createdAt: now, seenAt: now, member };
}

/** @returns null while it is good */
export function endOf({ createdAt, seenAt }: Session, now: number): SessionEnd | null {
  if (now - createdAt >= ABSOLUTE_MS) return 'old';
  return now - seenAt >= IDLE_MS ? 'idle' : null;
}
