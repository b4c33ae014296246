/** One program that runs beside us; see program.mjs. */
export declare class Program {
  constructor(options: {
    name: string;
    launch: { command: string; args?: string[]; env?: NodeJS.ProcessEnv; cwd?: string };
    ready: () => Promise<boolean>;
    folder: string;
    startWithinMs?: number;
    stopWithinMs?: number;
  });
  readonly name: string;
  readonly logFile: string;
  readonly pid: number | undefined;
  readonly running: boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
  discard(): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  restart(): Promise<void>;
  lastWords(lines?: number): string;
}
