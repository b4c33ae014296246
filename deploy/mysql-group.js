// For MySQL Shell: makes a group of the three servers of compose.cluster.yml, or brings it back, and the service's user
// in it. It may be run any number of times.
const members = ['mysql-1', 'mysql-2', 'mysql-3'];
// A member that the group has given up ends, and is started again: else it would go on answering reads of the past.
const whenGivenUp = { exitStateAction: 'ABORT_SERVER', autoRejoinTries: 0 };
const loginAt = (host) => ({ user: 'root', password: os.getenv('MYSQL_ROOT_PASSWORD'), host, port: 3306 });

/** Through the first member that belongs to a group, which one of the servers may not do for a moment. */
function openGroup() {
  for (const host of members) {
    shell.connect(loginAt(host));
    try {
      return dba.getCluster('pay');
    } catch (error) {
      print(`${host}: ${error.message}\n`);
    }
  }
  shell.connect(loginAt(members[0]));
  const wasThere = session.runSql("SHOW DATABASES LIKE 'mysql_innodb_cluster_metadata'").fetchOne() !== null;
  // After an outage of all: it looks for the member that has the most, and refuses where it can't be known.
  if (wasThere) return dba.rebootClusterFromCompleteOutage('pay');
  // A new primary takes no writes before it has applied what the former one had acknowledged.
  return dba.createCluster('pay', {
    gtidSetIsComplete: true,
    consistency: 'BEFORE_ON_PRIMARY_FAILOVER',
    ...whenGivenUp,
  });
}

const group = openGroup();
const { topology } = group.status().defaultReplicaSet;
for (const host of members) {
  const member = topology[`${host}:3306`];
  if (!member) group.addInstance(loginAt(host), { recoveryMethod: 'incremental', ...whenGivenUp });
  else if (member.status === '(MISSING)') group.rejoinInstance(loginAt(host));
}

const primary = group.status().defaultReplicaSet.primary.split(':')[0];
shell.connect(loginAt(primary));
const password = os.getenv('PAY_PASSWORD');
session.runSql('CREATE DATABASE IF NOT EXISTS pay CHARACTER SET utf8mb4');
session.runSql("CREATE USER IF NOT EXISTS 'pay'@'%' IDENTIFIED BY ?", [password]);
// It migrates the schema itself here. What a service needs for which `npm run migrate` does that: deploy/grants.sql.
session.runSql("GRANT ALL ON pay.* TO 'pay'@'%'");
session.runSql("GRANT SELECT ON performance_schema.replication_group_members TO 'pay'@'%'");
print(`The group is there, and ${primary} takes writes.\n`);
