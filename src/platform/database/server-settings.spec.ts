import { describe, expect, it } from '@jest/globals';
import { describeServer, obstaclesIn, risksIn, type ServerSettings } from './server-settings.js';

const MYSQL: ServerSettings = {
  version: '9.7.4',
  log_bin: 'ON',
  sync_binlog: '1',
  innodb_flush_log_at_trx_commit: '1',
  transaction_isolation: 'REPEATABLE-READ',
  auto_increment_increment: '1',
};
const GROUP: ServerSettings = {
  ...MYSQL,
  group_replication_group_name: '5a1f',
  group_replication_single_primary_mode: 'ON',
  group_replication_consistency: 'BEFORE_ON_PRIMARY_FAILOVER',
};
const MARIADB: ServerSettings = {
  version: '10.11.19-MariaDB',
  log_bin: 'OFF',
  sync_binlog: '0',
  innodb_flush_log_at_trx_commit: '1',
  tx_isolation: 'REPEATABLE-READ',
  wsrep_on: 'OFF',
};

describe('settings of a server', () => {
  it('name the engine', () => {
    expect(describeServer(MYSQL)).toMatchObject({ engine: 'MySQL', version: '9.7.4', isolation: 'REPEATABLE-READ' });
    expect(describeServer(MARIADB)).toMatchObject({ engine: 'MariaDB', isolation: 'REPEATABLE-READ', syncBinlog: '0' });
  });

  it.each<[string, ServerSettings, number]>([
    ['one that flushes all', MYSQL, 1],
    ['one without a binary log', MARIADB, 1],
    ['a group', GROUP, 3],
    ['semi-synchronous', { ...MYSQL, rpl_semi_sync_source_enabled: 'ON', rpl_semi_sync_source_wait_point: 'AFTER_SYNC' }, 2], // prettier-ignore
    ['semi-synchronous MariaDB', { ...MARIADB, rpl_semi_sync_master_enabled: 'ON', rpl_semi_sync_master_wait_point: 'AFTER_SYNC' }, 2], // prettier-ignore
  ])('keep what was acknowledged: %s', (_what, settings, servers) => {
    expect([obstaclesIn(settings), risksIn(settings, { servers })]).toEqual([[], []]);
  });

  it.each<[string, ServerSettings, number]>([
    ['innodb_flush_log_at_trx_commit is 2', { ...MYSQL, innodb_flush_log_at_trx_commit: '2' }, 1],
    ['sync_binlog is 0', { ...MYSQL, sync_binlog: '0' }, 1],
    ['group_replication_consistency is EVENTUAL', { ...GROUP, group_replication_consistency: 'EVENTUAL' }, 1],
    ['replication does not wait', MYSQL, 2],
    ['replication does not wait', { ...MYSQL, rpl_semi_sync_source_enabled: 'ON', rpl_semi_sync_source_wait_point: 'AFTER_COMMIT' }, 2], // prettier-ignore
  ])('can lose what was acknowledged: %s', (said, settings, servers) => {
    expect(risksIn(settings, { servers })).toEqual([expect.stringContaining(said)]);
  });

  it.each<[string, ServerSettings]>([
    ['wsrep_on is ON', { ...MARIADB, wsrep_on: 'ON' }],
    ['group_replication_single_primary_mode is OFF', { ...GROUP, group_replication_single_primary_mode: 'OFF' }],
  ])('let several servers change a row that is locked: %s', (said, settings) => {
    expect(obstaclesIn(settings)).toEqual([expect.stringContaining(said)]);
  });
});
