/** A server of the stack: always on the same port and data. */
export interface StackServer {
  readonly url: string;
  readonly port: number;
  readonly description: string;
  start(): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export interface Stack {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly database: StackServer;
  readonly redis: StackServer;
  readonly describe: string[];
  readonly folder: string;
  /** What belongs to this database alone, such as the record of its simulated bank. */
  readonly bankFolder: string;
  stop(): Promise<void>;
}

export declare function startStack(options: { dataFolder: string; ephemeral?: boolean }): Promise<Stack>;
