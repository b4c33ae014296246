import type { Database } from './programs-here.mjs';
import { type Launch, Program } from './program.mjs';

/** A private MySQL or MariaDB on loopback; see database.mjs. */
export declare class DatabaseServer extends Program {
  constructor(options: { found: Database; folder: string; runFolder: string; port: number; password: string });
  readonly launch: Launch & { args: string[] };
  readonly url: string;
}
