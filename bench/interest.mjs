// Interest on a million savings accounts: how fast a day of it is posted, and what that does to payments meanwhile.
import { median } from './benchmark.mjs';
import { atRate, atSaturation } from './measure.mjs';
import { startSite } from './site.mjs';
import { setTimeout as sleep } from 'node:timers/promises';

const accounts = 1_000_000;
const rowsAtOnce = 100_000;
const balance = 1_000_000; // won
const rateBasisPoints = 300;
const warmUpMs = 4_000;
const measureMs = 10_000;
/** Enough for longer than a measurement with its warm-up. */
const chunk = 60_000;

/** Prints the rate of the run alone, and of payments at half load without and beside it, in turn. */
export async function interest({ options, sites, tell, startWorker }) {
  tell('Starting the stack, the simulator and the service ...');
  sites.main = await startSite({ extra: { SAVINGS_INTERVAL_MS: '100' } });
  const { database } = sites.main;
  const day = dueDay();
  const first = await seedSavers(database, day, tell);
  const bench = { sites, load: startWorker('load-generator.mjs'), connections: 128 };
  const run = runOf(database, first, day);
  await atSaturation(bench, {}, warmUpMs);
  await run.all(2_000);
  const alone = await run.all(chunk);
  tell(`alone: ${Math.round(alone)} accounts a second`);
  const { perSecond } = await atSaturation(bench, {}, options.seconds * 1000);
  const rate = perSecond / 2;
  const without = [];
  const beside = [];
  for (let round = 0; round < options.rounds; round += 1) {
    without.push(await atRate(bench, {}, rate, measureMs));
    const isDone = run.all(chunk);
    await sleep(500);
    const before = await run.left();
    const startedAt = performance.now();
    const measured = await atRate(bench, {}, rate, measureMs);
    const posted = ((before - (await run.left())) * 1000) / (performance.now() - startedAt);
    if ((await run.left()) === 0) throw new Error('the run ended within the measurement: make the chunk larger');
    beside.push({ ...measured, posted });
    await isDone;
    tell(
      `round ${round + 1}: ${shown(without.at(-1))} without, ${shown(measured)} beside ${Math.round(posted)} accounts/s`,
    );
  }
  const [[sum]] = await database.query(
    `SELECT COUNT(*) AS count, CAST(SUM(m.amount) AS DOUBLE) AS won FROM interest_postings p JOIN movements m ON m.id = p.movement_id`,
  );
  const each = Math.floor((balance * rateBasisPoints) / 3_650_000);
  const of = (list, value) => median(list.map(value)).toFixed(1);
  console.log(
    [
      `Interest alone: ${Math.round(alone)} accounts a second; a million take ${Math.round(accounts / alone)} s`,
      `Payments, asked for ${Math.round(rate)}/s (half of ${Math.round(perSecond)}): ${of(without, ratio)} % without, ${of(beside, ratio)} % beside it`,
      `p50 ${of(without, ({ latencyMs }) => latencyMs.p50)} and ${of(beside, ({ latencyMs }) => latencyMs.p50)} ms, p99 ${of(without, ({ latencyMs }) => latencyMs.p99)} and ${of(beside, ({ latencyMs }) => latencyMs.p99)} ms`,
      `Interest meanwhile: ${of(beside, ({ posted }) => posted)} accounts a second`,
      `${sum.count} postings, ${sum.won === sum.count * each ? 'each' : 'NOT each'} of ${each} won`,
    ].join('\n'),
  );
}

const ratio = ({ perSecond, rate }) => (100 * perSecond) / rate;
const shown = (result) => `${ratio(result).toFixed(1)} %, p99 ${result.latencyMs.p99.toFixed(1)} ms,`;

/** Interest is due up to the day before yesterday until 04:00 in Seoul: YYYY-MM-DD. */
function dueDay() {
  const seoul = Date.now() + 9 * 3_600_000;
  return new Date(seoul - 28 * 3_600_000).toISOString().slice(0, 10);
}

/** One part of the accounts after the other becomes due. */
function runOf(database, first, day) {
  let next = first;
  const left = async () => {
    const [[{ count }]] = await database.query(
      'SELECT COUNT(*) AS count FROM savings_accounts WHERE closed_at IS NULL AND interest_seen < ?',
      [day],
    );
    return count;
  };
  return {
    left,
    /** Returns how many accounts a second were looked after. */
    async all(count) {
      if (next + count > first + accounts) throw new Error('no accounts are left');
      await database.query(
        'UPDATE savings_accounts SET interest_seen = ? - INTERVAL 1 DAY WHERE account_id >= ? AND account_id < ?',
        [day, next, next + count],
      );
      next += count;
      const startedAt = performance.now();
      while ((await left()) > 0) await sleep(1_000); // counting costs the database something, too
      return (count * 1000) / (performance.now() - startedAt);
    },
  };
}

/** Returns the first savings account. Each has earned since the beginning of `day`, and none is due yet. */
async function seedSavers(database, day, tell) {
  const [[{ users }]] = await database.query('SELECT MAX(id) + 1 AS users FROM users');
  const [[{ mains }]] = await database.query('SELECT MAX(id) + 1 AS mains FROM accounts');
  const [[{ movements }]] = await database.query('SELECT MAX(id) + 1 AS movements FROM movements');
  const savings = mains + accounts;
  const digits = Array.from({ length: 10 }, (_, digit) => `SELECT ${digit} d`).join(' UNION ');
  await database.query('CREATE TABLE bench_numbers (n INT PRIMARY KEY)');
  await database.query(
    `INSERT INTO bench_numbers SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d
     FROM (${digits}) a, (${digits}) b, (${digits}) c, (${digits}) e, (${digits}) f`,
  );
  for (let done = 0; done < accounts; done += rowsAtOnce) {
    const nth = `(${done} + n)`;
    for (const statement of [
      `INSERT INTO users (id, created_at, key_id, sealed_name, sealed_email, email_print)
       SELECT ${users} + ${nth}, NOW(3), 'bench', '-', '-', UNHEX(SHA2(CONCAT('saver ', ${nth}), 256)) FROM bench_numbers`,
      `INSERT INTO accounts (id, kind, owner_id, sole, number, opened_at)
       SELECT ${mains} + ${nth}, 'MAIN', ${users} + ${nth}, 1, CONCAT('3333-S', ${nth}), NOW(3) FROM bench_numbers`,
      `INSERT INTO accounts (id, kind, owner_id, sole, number, opened_at, balance, last_seq)
       SELECT ${savings} + ${nth}, 'SAVINGS', ${users} + ${nth}, NULL, CONCAT('3355-S', ${nth}), NOW(3), ${balance}, 1
       FROM bench_numbers`,
      `INSERT INTO movements (id, type, status, user_id, account_id, counter_account_id, amount, topped_up_amount,
         idempotency_scope, idempotency_key, key_live, request_hash, attempt_id, created_at, completed_at)
       SELECT ${movements} + ${nth}, 'SAVINGS_DEPOSIT', 'COMPLETED', ${users} + ${nth}, ${mains} + ${nth},
         ${savings} + ${nth}, ${balance}, 0, 'bench', CONCAT('saver ', ${nth}), 1, '', '', NOW(3), NOW(3) FROM bench_numbers`,
      `INSERT INTO entries (movement_id, leg, account_id, amount, seq, balance_after, posted_at)
       SELECT ${movements} + ${nth}, 3, ${savings} + ${nth}, ${balance}, 1, ${balance}, '${day} 00:00:00' FROM bench_numbers`,
      `INSERT INTO savings_accounts (account_id, product, rate_basis_points, earns_from, interest_seen)
       SELECT ${savings} + ${nth}, 'FREE', ${rateBasisPoints}, '${day}', '${day}' FROM bench_numbers`,
    ]) {
      await database.query(statement);
    }
    if ((done / rowsAtOnce) % 3 === 2) tell(`${(done + rowsAtOnce) / 1000} thousand savers`);
  }
  await database.query('DROP TABLE bench_numbers');
  await database.query('ANALYZE TABLE users, accounts, movements, entries, savings_accounts');
  return savings;
}
