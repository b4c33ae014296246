import { renameSync, writeFileSync } from 'node:fs';

/**
 * Sets the clock of all services that read this file (CLOCK_OFFSET_FILE) so many milliseconds off. In one step: a
 * service that read it while it is written would stand at the real time for a moment, and post money there.
 */
export function setClockFile(file: string, offsetMs: number): void {
  const written = `${file}.next`;
  writeFileSync(written, String(offsetMs));
  renameSync(written, file);
}
