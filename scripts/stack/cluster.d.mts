import type { Program } from './program.mjs';
import type { GuardedRedis } from './redis-groups.mjs';

/** A database server that is a member of a group; see mysql-group.mjs. */
export interface GroupMember extends Program {
  readonly number: number;
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly url: string;
}

export interface MysqlGroup {
  readonly members: readonly GroupMember[];
  findPrimary(): Promise<GroupMember | undefined>;
  getPrimary(): Promise<GroupMember>;
  switchTo(member: GroupMember): Promise<void>;
  waitUntilWhole(withinMs: number): Promise<void>;
  findDifferences(database: string): Promise<string[]>;
}

/** Members are meant by their places in the group. */
export interface SplitNetwork {
  cut(index: number): void;
  heal(index: number): void;
}

export interface Cluster {
  readonly databaseUrl: string;
  readonly group: MysqlGroup;
  readonly router: (Program & { readonly url: string }) | null;
  readonly network: SplitNetwork | null;
  readonly watched: {
    readonly master: GuardedRedis;
    readonly replica: GuardedRedis;
    readonly sentinels: GuardedRedis[];
  };
  /** The service's variables besides DATABASE_URL. */
  readonly env: Record<string, string>;
  readonly describe: string[];
  readonly folder: string;
  stop(): Promise<void>;
}

export declare function clusterPrograms(options: { withRouter: boolean }): { readonly missing: string[] };
export declare function startCluster(options: {
  dataFolder: string;
  withRouter: boolean;
  settings?: Record<string, string>;
}): Promise<Cluster>;
