import type { DestinationStream } from 'pino';

interface Stream {
  write(text: string): unknown;
  flushSync(): void;
}

const BLOCK_CHARACTERS = 16_000;
/** ms; no line waits longer for others */
const WAIT_MS = 50;

/**
 * Hands lines on together: a write of its own costs a request more than everything else about its line. pino's stream
 * could gather them, too, but measures all that it holds anew with each line
 * (docs/decisions/0013-cpu-of-a-payment.md). What is left is written when the process ends.
 */
export class LineBlocks implements DestinationStream {
  private text = '';
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly to: Stream) {
    process.on('exit', () => this.flushSync());
  }

  write(line: string): void {
    this.text += line;
    if (this.text.length >= BLOCK_CHARACTERS) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), WAIT_MS);
  }

  /** pino calls it behind a line after which the process may end. */
  flushSync(): void {
    this.flush();
    this.to.flushSync();
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { text } = this;
    this.text = '';
    if (text !== '') this.to.write(text);
  }
}
