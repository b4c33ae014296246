export interface Launch {
  command: string;
  args?: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

/** One program that runs beside us; see program.mjs. */
export declare class Program {
  constructor(options: {
    name: string;
    launch: Launch;
    ready: () => Promise<boolean>;
    folder: string;
    startWithinMs?: number;
    stopWithinMs?: number;
  });
  readonly name: string;
  readonly logFile: string;
  /** How it is started; what is changed in it holds from the next start on. */
  readonly launch: Launch;
  readonly pid: number | undefined;
  readonly running: boolean;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  start(): Promise<void>;
  stop(): Promise<void>;
  discard(): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  restart(): Promise<void>;
  lastWords(lines?: number): string;
}
