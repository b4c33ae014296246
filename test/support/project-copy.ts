import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const project = join(import.meta.dirname, '../..');
const SOURCES = [
  'package.json',
  'package-lock.json',
  'nest-cli.json',
  'tsconfig.json',
  'tsconfig.build.json',
  '.swcrc',
];
const STOP_WITHIN_MS = 30_000;

interface Lock {
  readonly packages: Record<string, { readonly dev?: boolean; readonly devOptional?: boolean }>;
}

/** A command of the project under way, and what it has said so far. */
export class Command {
  /** On both streams. */
  said = '';
  /** On the standard output alone. */
  printed = '';
  readonly ended: Promise<number | null>;

  constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.said += text));
    }
    child.stdout?.on('data', (text: string) => (this.printed += text));
    this.ended = once(child, 'close').then(([code]) => code as number | null);
  }

  /** Resolves once it has said this. @throws Error when it ends before */
  async says(words: string): Promise<void> {
    let isOver = false;
    void this.ended.then(() => (isOver = true));
    while (!this.said.includes(words)) {
      if (isOver) throw new Error(`it ended without "${words}": ${this.said}`);
      await sleep(50);
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const tooLate = setTimeout(() => this.child.kill('SIGKILL'), STOP_WITHIN_MS);
    this.child.kill(signal);
    return this.ended.finally(() => clearTimeout(tooLate));
  }
}

/**
 * A clone of the project as it would be elsewhere: its scripts, with data, packages and compiled programs of its own.
 */
export class ProjectCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'pay-copy-'));
  private readonly programs = join(this.folder, 'programs');

  /**
   * `production`: with the packages that `npm ci --omit=dev` installs, and no others. `more`: other folders of the
   * project.
   */
  constructor({
    packages,
    compiled,
    more = [],
  }: {
    packages: 'all' | 'production';
    compiled: boolean;
    more?: readonly string[];
  }) {
    for (const name of SOURCES) cpSync(join(project, name), join(this.folder, name));
    cpSync(join(project, 'scripts'), join(this.folder, 'scripts'), { recursive: true });
    for (const name of more) cpSync(join(project, name), join(this.folder, name), { recursive: true });
    // With the times of the files: what was compiled from these sources must still count as such.
    cpSync(join(project, 'src'), join(this.folder, 'src'), { recursive: true, preserveTimestamps: true });
    if (compiled) cpSync(join(project, 'dist'), join(this.folder, 'dist'), { recursive: true });
    if (packages === 'all') symlinkSync(join(project, 'node_modules'), join(this.folder, 'node_modules'));
    else this.linkProductionPackages();
    mkdirSync(this.programs);
    this.program('npm', 'echo "npm $*" >> "$(dirname "$0")/../npm-was-called"; exit 1');
  }

  /** Puts a program of this name first on the PATH of the commands. */
  program(name: string, shell: string): void {
    writeFileSync(join(this.programs, name), `#!/bin/sh\n${shell}\n`, { mode: 0o755 });
  }

  /** `node scripts/…`, or a line of package.json's, as npm would run it. */
  run(line: string, env: Record<string, string> = {}): Command {
    const { scripts } = JSON.parse(readFileSync(join(this.folder, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const PATH = [this.programs, dirname(process.execPath), process.env['PATH']].join(delimiter);
    // `exec`, so that a signal reaches the command and not a shell.
    const shell = scripts[line] ?? `exec ${line}`;
    return new Command(spawn('sh', ['-c', shell], { cwd: this.folder, env: { ...env, PATH, HOME: this.folder } }));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private linkProductionPackages(): void {
    const read = (path: string) => JSON.parse(readFileSync(join(project, path), 'utf8')) as Lock;
    const { packages } = read('package-lock.json');
    const installed = read('node_modules/.package-lock.json');
    const kept = Object.entries(installed.packages).filter(([path]) => !packages[path]?.dev);
    for (const [path] of kept) {
      if (path.lastIndexOf('node_modules/') > 0) continue; // within one that is linked
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      symlinkSync(join(project, path), join(this.folder, path));
    }
    const lock = { ...installed, packages: Object.fromEntries(kept) };
    writeFileSync(join(this.folder, 'node_modules/.package-lock.json'), JSON.stringify(lock));
  }
}
