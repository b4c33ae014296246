/** Whatever runs a statement and returns its rows. */
interface Reader {
  query(statement: string): Promise<unknown>;
}

const NAMES = [
  'version',
  'log_bin',
  'sync_binlog',
  'innodb_flush_log_at_trx_commit',
  'transaction_isolation', // MySQL, and MariaDB since 11.1
  'tx_isolation',
  'auto_increment_increment',
  'wsrep_on',
  'group_replication_group_name',
  'group_replication_single_primary_mode',
  'group_replication_consistency',
  'rpl_semi_sync_source_enabled',
  'rpl_semi_sync_source_wait_point',
  'rpl_semi_sync_master_enabled', // MariaDB
  'rpl_semi_sync_master_wait_point',
] as const;

/** As the server writes them; what it does not know is missing. */
export type ServerSettings = Readonly<Partial<Record<(typeof NAMES)[number], string>>>;

export async function readServerSettings(reader: Reader): Promise<ServerSettings> {
  const names = NAMES.map((name) => `'${name}'`).join(', ');
  const rows = await reader.query(`SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names})`);
  return Object.fromEntries(
    (rows as { Variable_name: string; Value: string }[]).map((row) => [row.Variable_name, row.Value]),
  );
}

/** What one log line says of the server at start. */
export function describeServer(settings: ServerSettings): object {
  const { version = '' } = settings;
  return {
    engine: version.includes('MariaDB') ? 'MariaDB' : 'MySQL',
    version,
    flushLogAtCommit: settings.innodb_flush_log_at_trx_commit,
    binlog: settings.log_bin,
    syncBinlog: settings.sync_binlog,
    // Of the server: the service's own sessions are at READ COMMITTED.
    isolation: settings.transaction_isolation ?? settings.tx_isolation,
    idStep: settings.auto_increment_increment,
  };
}

/**
 * Why the service can't work there at all: where several servers take writes and compare them at COMMIT only, a row
 * that we have locked can be changed through another one.
 */
export function obstaclesIn(settings: ServerSettings): string[] {
  const obstacles: string[] = [];
  if (isOn(settings.wsrep_on)) {
    obstacles.push(`wsrep_on is ON: a Galera cluster's nodes do not see each other's row locks; use one without it`);
  }
  if (isInGroup(settings) && !isOn(settings.group_replication_single_primary_mode)) {
    obstacles.push(
      `group_replication_single_primary_mode is OFF: members do not see each other's row locks; set it ON`,
    );
  }
  return obstacles;
}

/** What can lose money that was acknowledged, in a crash or, of several servers, in a failover. */
export function risksIn(settings: ServerSettings, { servers }: { servers: number }): string[] {
  const risks: string[] = [];
  const { innodb_flush_log_at_trx_commit: flush, group_replication_consistency: consistency } = settings;
  // MariaDB's 3 flushes as often as 1 does.
  if (flush !== '1' && flush !== '3') {
    risks.push(`innodb_flush_log_at_trx_commit is ${flush}: a crash loses the last second's commits; set it to 1`);
  }
  if (isOn(settings.log_bin) && settings.sync_binlog !== '1') {
    risks.push(`sync_binlog is ${settings.sync_binlog}: a crash loses commits that the binary log lacks; set it to 1`);
  }
  if (isInGroup(settings)) {
    if (consistency === 'EVENTUAL') {
      risks.push(
        'group_replication_consistency is EVENTUAL: a new primary serves before it has what the former one has ' +
          'committed; set it to BEFORE_ON_PRIMARY_FAILOVER',
      );
    }
  } else if (servers > 1 && !waitsForReplica(settings)) {
    risks.push(
      'replication does not wait for a replica, so that a failover loses commits: use group replication, or ' +
        'semi-synchronous replication that waits AFTER_SYNC',
    );
  }
  return risks;
}

const isOn = (value: string | undefined) => value === 'ON' || value === '1';

const isInGroup = (settings: ServerSettings) => Boolean(settings.group_replication_group_name);

function waitsForReplica(settings: ServerSettings): boolean {
  const enabled = settings.rpl_semi_sync_source_enabled ?? settings.rpl_semi_sync_master_enabled;
  const waitPoint = settings.rpl_semi_sync_source_wait_point ?? settings.rpl_semi_sync_master_wait_point;
  return isOn(enabled) && waitPoint === 'AFTER_SYNC';
}
