import { expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Database, findDatabase, findToolOf } from '../../../scripts/stack/programs-here.mjs';
import { describeIf } from '../../support/describe-if.js';

/** Two databases and four services are started here, one after the other, which takes a busy machine a while. */
jest.setTimeout(600_000);

const found = findDatabase();
const hasTools = (database: Database) =>
  [
    ['mariadb-dump', 'mysqldump'],
    ['mariadb-binlog', 'mysqlbinlog'],
  ].every((names) => findToolOf(database, names) !== undefined);

describeIf(found !== undefined && hasTools(found), "the database's own dump and binlog programs", 'a restore', () => {
  it('brings back everything with the binary logs, and tells truly what is lost without them', async () => {
    const env = { ...process.env, NODE_OPTIONS: '' }; // Jest's own
    const drill = spawn(process.execPath, ['scripts/restore-drill.mjs', '--seconds', '2'], {
      cwd: join(import.meta.dirname, '../../..'),
      env,
    });
    const [said, complained, [code]] = await Promise.all([text(drill.stdout), text(drill.stderr), once(drill, 'exit')]);
    expect({ code, complained, isHeld: said.endsWith('The drill held.\n') }).toEqual({
      code: 0,
      complained: '',
      isHeld: true,
    });
  });
});
