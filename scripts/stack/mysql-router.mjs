import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { firstAnswer, freePort } from './ports.mjs';
import { Program } from './program.mjs';
import { findProgram } from './programs-here.mjs';

/** The full path of MySQL Router here. */
export const findRouter = () => findProgram(['mysqlrouter']);

/** A MySQL Router on loopback: one port, behind which is whoever is the primary of the group. */
export class RouterServer extends Program {
  /** Tells the group how it is made up, as MySQL Shell would, since the router asks for that. */
  static async to(group, { path, folder }) {
    mkdirSync(folder, { recursive: true });
    const port = await freePort();
    const password = randomBytes(12).toString('hex');
    const primary = await group.getPrimary();
    await primary.ask(...metadataSql(group, password));
    const keyring = { file: join(folder, 'keyring'), masterKey: join(folder, 'master-key') };
    fillKeyring(path, keyring, password);
    const stateFile = join(folder, 'state.json');
    const servers = group.members.map(({ host, port }) => `mysql://${host}:${port}`);
    const state = { 'group-replication-id': group.name, 'cluster-metadata-servers': servers };
    writeFileSync(stateFile, JSON.stringify({ 'metadata-cache': state, version: '1.0.0' }));
    const configFile = join(folder, 'router.conf');
    writeFileSync(configFile, configuration({ path, folder, port, keyring, stateFile }));
    return new RouterServer({ path, folder, port, configFile, url: primary.url });
  }

  constructor({ path, folder, port, configFile, url }) {
    super({
      name: 'MySQL Router',
      folder,
      launch: { command: path, args: ['--config', configFile] },
      ready: async () => (await firstAnswer(port))?.[4] === 10,
    });
    this.port = port;
    this.url = Object.assign(new URL(url), { host: `127.0.0.1:${port}` }).href;
    this.description = `${this.name} (${path}, private, 127.0.0.1:${port})`;
  }
}

function fillKeyring(path, { file, masterKey }, password) {
  const program = join(dirname(path), 'mysqlrouter_keyring');
  const run = (args, input) => {
    const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8', input });
    if (status !== 0) throw new Error(`${program} ${args[0]}: ${error ?? stderr.trim()}`);
  };
  run(['init', file, `--master-key-file=${masterKey}`]);
  run(['set', file, 'router', 'password', `--master-key-file=${masterKey}`], password);
}

/** It looks at the group twice a second: whom it lets in during a failover is at most so far behind. */
function configuration({ path, folder, port, keyring, stateFile }) {
  const unpacked = join(dirname(path), '../plugin-folder'); // where it was unpacked, not installed, its folder is named here
  const plugins = existsSync(unpacked) ? [`plugin_folder=${readFileSync(unpacked, 'utf8').trim()}`] : [];
  return [
    '[DEFAULT]',
    ...plugins,
    'logging_folder=', // to its output
    `runtime_folder=${folder}`,
    `data_folder=${folder}`,
    `keyring_path=${keyring.file}`,
    `master_key_path=${keyring.masterKey}`,
    `dynamic_state=${stateFile}`,
    'connect_timeout=2',
    'read_timeout=2',
    '[logger]',
    'level=INFO',
    '[metadata_cache:group]',
    'cluster_type=gr',
    'router_id=1',
    'user=router',
    'metadata_cluster=pay',
    'ttl=0.5',
    'use_gr_notifications=0',
    '[routing:primary]',
    'bind_address=127.0.0.1',
    `bind_port=${port}`,
    'destinations=metadata-cache://group/?role=PRIMARY',
    'routing_strategy=first-available',
    'protocol=classic',
    'client_ssl_mode=PASSTHROUGH',
    'server_ssl_mode=AS_CLIENT',
    'connect_timeout=1',
    'connect_retry_timeout=1', // who waits longer waits for a server that is not the primary any more
    'max_connect_errors=4294967295', // ours are lost on purpose
    '',
  ].join('\n');
}

/** As much of InnoDB Cluster's metadata as the router reads: the rest of it is for MySQL Shell. */
function metadataSql(group, password) {
  const text = (value) => `'${value}'`;
  const cluster = `SELECT 'c1' AS cluster_id, 'pay' AS cluster_name, ${text(group.name)} AS group_name, 'gr' AS cluster_type`;
  const instances = group.members.map(
    ({ id, host, port, number }) =>
      `SELECT ${number} AS instance_id, 'c1' AS cluster_id, ${text(`${host}:${port}`)} AS address,
         ${text(id)} AS mysql_server_uuid, ${text(`${host}:${port}`)} AS endpoint, '' AS xendpoint,
         JSON_OBJECT('instance_type', 'group-member') AS attributes, ${text(`member ${number}`)} AS label`,
  );
  const view = (name, select) => `CREATE VIEW mysql_innodb_cluster_metadata.${name} AS ${select}`;
  const table = (name, columns) => `CREATE TABLE mysql_innodb_cluster_metadata.${name} (${columns})`;
  return [
    'CREATE DATABASE mysql_innodb_cluster_metadata',
    view('schema_version', 'SELECT 2 AS major, 2 AS minor, 0 AS patch'),
    view('v2_gr_clusters', cluster),
    view('v2_clusters', cluster),
    view('v2_instances', instances.join(' UNION ALL ')),
    view('v2_this_instance', `SELECT 1 AS instance_id, c.* FROM (${cluster}) c`),
    table('v2_cs_members', 'clusterset_id CHAR(36), cluster_id CHAR(36), member_role TEXT, invalidated INT'),
    table(
      'v2_routers',
      `router_id INT PRIMARY KEY, router_name TEXT, address TEXT, product_name TEXT, version TEXT, last_check_in TIMESTAMP NULL,
       attributes JSON, options JSON, cluster_id CHAR(36), clusterset_id CHAR(36)`,
    ),
    table(
      'v2_router_options',
      'router_id INT PRIMARY KEY, cluster_id CHAR(36), clusterset_id CHAR(36), router_options JSON',
    ),
    "INSERT INTO mysql_innodb_cluster_metadata.v2_routers (router_id, cluster_id) VALUES (1, 'c1')",
    "INSERT INTO mysql_innodb_cluster_metadata.v2_router_options VALUES (1, 'c1', NULL, '{}')",
    `CREATE USER 'router'@'%' IDENTIFIED BY '${password}'`,
    "GRANT ALL ON mysql_innodb_cluster_metadata.* TO 'router'@'%'",
    "GRANT SELECT ON performance_schema.* TO 'router'@'%'",
  ];
}
