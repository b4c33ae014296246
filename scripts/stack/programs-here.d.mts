/** A database server's program on this machine. */
export interface Database {
  readonly path: string;
  readonly product: 'MySQL' | 'MariaDB';
  readonly version: string;
}

export interface RedisProgram {
  readonly path: string;
  readonly product: 'Redis' | 'Valkey';
  readonly version: string;
}

export declare function findDatabase(): Database | undefined;
export declare function findDatabases(): Database[];
export declare function findRedis(): RedisProgram | undefined;
export declare function findToolOf(database: Database, names: readonly string[]): string | undefined;
export declare function adviceFor(missing: readonly ('database' | 'redis')[], manager?: string): string;
/** The full path of the first of these programs on this machine. */
export declare function findProgram(names: readonly string[]): string | undefined;
/** True when it could, which takes root on Debian. */
export declare function installDebianPackage(...names: string[]): boolean;
