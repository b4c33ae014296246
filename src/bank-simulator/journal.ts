import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

const NEWLINE = 0x0a;

/**
 * A file of JSON lines that only grows. A line is with the kernel before `append` returns, so what was answered
 * survives a SIGKILL of the simulator (not a power cut: it is a sandbox).
 */
export class Journal {
  private constructor(private readonly file: number) {}

  /** Replays what is there, line by line, and opens the file for more. */
  static open(path: string, replay: (line: unknown) => void): Journal {
    const file = openSync(path, 'a+', 0o600);
    const content = readFileSync(file);
    // A line without its end was being written when the process died: it was never answered.
    const end = content.lastIndexOf(NEWLINE) + 1;
    if (end < content.length) ftruncateSync(file, end);
    let lineNumber = 0;
    for (let from = 0; from < end;) {
      const to = content.indexOf(NEWLINE, from);
      lineNumber += 1;
      replay(parse(content.toString('utf8', from, to), `${path}, line ${lineNumber}`));
      from = to + 1;
    }
    return new Journal(file);
  }

  append(line: object): void {
    writeSync(this.file, `${JSON.stringify(line)}\n`);
  }

  close(): void {
    closeSync(this.file);
  }
}

function parse(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Error(`${where} is not JSON: the simulator's record is damaged`, { cause });
  }
}
