import { Logger } from '@nestjs/common';

/** What nobody caught is logged whole, and ends the process: its state can no longer be trusted with money. */
export function endOnCrash(): void {
  process.on('uncaughtException', (error) => {
    new Logger('Crash').fatal({ message: 'Nobody caught this', err: error });
    process.exit(1);
  });
}
