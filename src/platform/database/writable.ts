/** Whatever runs a statement and returns its rows. */
interface Reader {
  query(statement: string): Promise<unknown>;
}

/** The server answers, but what is to be kept can't be written there. */
export class NotWritable extends Error {
  override readonly name = 'NotWritable';
}

const DENIED = new Set([1142, 1044]);
const OFF = new Set(['0', 'OFF']);

/**
 * Proves that this server is the one that takes writes: no replica, not demoted, and with most of its group when there
 * is group replication. @throws NotWritable, or the error of a server that does not answer
 */
export async function proveWritable(reader: Reader): Promise<void> {
  // MySQL sets read_only with super_read_only; MariaDB has the first alone, as a word since version 12.
  const [server] = await rowsOf<{ readOnly: unknown; engine: unknown; version: string }>(
    reader,
    'SELECT @@GLOBAL.read_only AS readOnly, @@GLOBAL.innodb_read_only AS engine, VERSION() AS version',
  );
  const isReadOnly = [server?.readOnly, server?.engine].some((flag) => !OFF.has(String(flag)));
  if (isReadOnly) throw new NotWritable('the database is read-only');
  if (!server?.version.includes('MariaDB')) await proveQuorum(reader);
}

/** Without most of its members a group lets every COMMIT wait. Only seen with the right to read this one table. */
async function proveQuorum(reader: Reader): Promise<void> {
  const members = await rowsOf<{ isSelf: unknown; state: string }>(
    reader,
    `SELECT MEMBER_ID = @@server_uuid AS isSelf, MEMBER_STATE AS state
     FROM performance_schema.replication_group_members WHERE MEMBER_ID <> '' AND MEMBER_STATE <> 'OFFLINE'`,
  ).catch((error: unknown) => {
    if (DENIED.has((error as { errno?: number }).errno ?? 0)) return [];
    throw error;
  });
  if (members.length === 0) return;
  const reachable = members.filter(({ state }) => state === 'ONLINE' || state === 'RECOVERING');
  if (2 * reachable.length <= members.length) {
    throw new NotWritable(
      `the database's group has lost its quorum: ${reachable.length} of ${members.length} are there`,
    );
  }
  if (members.find(({ isSelf }) => Number(isSelf) === 1)?.state !== 'ONLINE') {
    throw new NotWritable('the database is no active member of its group');
  }
}

function rowsOf<Row>(reader: Reader, statement: string): Promise<Row[]> {
  return reader.query(statement) as Promise<Row[]>;
}
