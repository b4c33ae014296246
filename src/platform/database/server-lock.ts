import type { DataSource } from 'typeorm';

/**
 * Runs `work` while this process holds a lock of the database server's, so that only one instance of many does; returns
 * false when somebody else holds it for longer than `waitSeconds`. The lock goes with the connection that holds it, also
 * when this process is killed. It is no fence: `work` must be harmless when the connection breaks and another one starts.
 */
export async function withServerLock(
  dataSource: DataSource,
  name: string,
  waitSeconds: number,
  work: () => Promise<void>,
): Promise<boolean> {
  const keeper = dataSource.createQueryRunner();
  try {
    // The names are the server's, which may hold several of our databases.
    const lock = `CONCAT('pay-practice.${name}.', LEFT(SHA2(DATABASE(), 256), 16))`;
    const [row] = (await keeper.query(`SELECT GET_LOCK(${lock}, ?) AS got`, [waitSeconds])) as { got: unknown }[];
    if (Number(row?.got) !== 1) return false;
    try {
      await work();
    } finally {
      await keeper.query(`SELECT RELEASE_LOCK(${lock})`);
    }
    return true;
  } finally {
    await keeper.release();
  }
}
