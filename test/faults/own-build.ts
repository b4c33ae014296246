import { cpSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A copy of the compiled service, with what is read beside it, in this folder of the project's, whose packages it
 * needs: somebody may compile again while the suite runs, and killed instances are started from the files.
 *
 * @returns where its programs are
 */
export function ownBuild(compiled: string, folder: string): string {
  const own = join(folder, 'dist');
  cpSync(compiled, own, { recursive: true });
  cpSync(join(compiled, '../package.json'), join(folder, 'package.json'));
  return own;
}
