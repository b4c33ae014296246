import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { auditReport, wrongIn } from '../../support/audit.js';
import { aSavingsAccount, aUser } from '../../support/builders.js';
import { DatabaseRoot, type DatabaseUser, describeAsRoot, PRODUCT } from '../../support/database-root.js';
import {
  answersIn,
  charge,
  deposit,
  forMs,
  Load,
  type LoadRequest,
  opening,
  payment,
  signUp,
  type Told,
  transfer,
  untruths,
} from '../../support/load.js';
import { eventually } from '../../support/money.js';
import { type OwnService, startOwnService } from '../../support/own-service.js';
import { sql } from '../../support/stores.js';

const CLIENTS = 16;
const TROUBLE_MS = 1_800;

describeAsRoot('while the database', () => {
  let root: DatabaseRoot;
  let user: DatabaseUser;
  let service: OwnService;
  let load: Load;
  const userIds: number[] = [];
  let newcomerId: number;

  beforeAll(async () => {
    root = await DatabaseRoot.connect();
    user = await root.aUser();
    service = await startOwnService({ AUDIT_INTERVAL_MS: '0' }, user.url);
    load = new Load(service.baseUrl);
    newcomerId = (await aUser()).userId;
    for (let count = 0; count < 8; count++) {
      const one = await aUser({ charged: 100_000 });
      await aSavingsAccount(one);
      userIds.push(one.userId);
    }
  });
  afterAll(async () => {
    await load.close();
    await service.stop();
    await root.close();
  });
  afterEach(async () => {
    await root.restore();
    const limits = 'WITH MAX_USER_CONNECTIONS 0 MAX_QUERIES_PER_HOUR 0';
    await root.query(`ALTER USER '${user.name}'@'%' IDENTIFIED BY '${user.password}' ${limits}`);
    await root.query('FLUSH USER_RESOURCES');
    await root.kill('CONNECTION', user);
  });

  /** All that writes, in turn. */
  function requests(): (client: number) => LoadRequest {
    let count = 0;
    return () => {
      const [one, other] = [userIds[count % 8] as number, userIds[(count + 1) % 8] as number];
      const open = () => opening(newcomerId);
      const kinds = [payment, charge, deposit, payment, (id: number) => transfer(id, other), open, signUp];
      return (kinds[count++ % kinds.length] as (userId: number) => LoadRequest)(one);
    };
  }

  const underLoad = (goesOn: () => boolean): Promise<Told[]> => load.run(CLIENTS, requests(), goesOn);

  /** All works again, nothing that was said is untrue, and nothing is left open. */
  async function expectSound(told: readonly Told[]): Promise<void> {
    await eventually(
      () => service.api.send('GET', '/health/ready'),
      ({ status }) => status === 200,
    );
    await eventually(
      async () => (await underLoad(forMs(50))).every(({ status }) => status < 300),
      (works) => works,
    );
    const open = `SELECT id FROM movements WHERE status = 'PENDING' AND idempotency_key IN (?)`;
    await eventually(
      () => sql(open, [told.map(({ key }) => key)]),
      (movements) => movements.length === 0,
    );
    expect(await untruths(told)).toEqual([]);
  }

  /** Without what was reserved, and could not be settled since: its number says where it waits for that. */
  function answersOf(told: readonly Told[]): Record<string, number> {
    return answersIn(told.filter(({ status, detail }) => status !== 202 || !('transactionId' in detail)));
  }

  /** Only the answers that may be given in trouble, and some of those. */
  function expectAnswers(told: readonly Told[], allowed: readonly string[], needed: readonly string[] = allowed): void {
    const answers = answersOf(told);
    expect(Object.keys(answers).filter((answer) => !allowed.includes(answer))).toEqual([]);
    for (const answer of needed) expect(answers).toHaveProperty([answer]);
  }

  async function statementsCutShort(): Promise<number> {
    const [row] = await root.query<{ Value: string }>("SHOW GLOBAL STATUS LIKE 'Max\\_%\\_time\\_exceeded'");
    return Number(row?.Value);
  }

  const DONE = ['200 Success', '201 Success'];
  const UNAVAILABLE = '503 TemporarilyUnavailable';

  it('has its statements killed again and again, nobody sees an error, and no outcome is unknown', async () => {
    let killed = 0;
    const isTime = forMs(2 * TROUBLE_MS);
    const goesOn = () => isTime() || killed <= 50;
    const nemesis = async () => {
      for (; goesOn(); await sleep(Math.random() * 4)) killed += await root.kill('QUERY', user);
    };
    const [told] = await Promise.all([underLoad(goesOn), nemesis()]);
    expectAnswers(told, [...DONE, UNAVAILABLE], DONE);
    await expectSound(told);
  });

  it('has its connections killed again and again, what was in COMMIT is looked up', async () => {
    let killed = 0;
    const isTime = forMs(TROUBLE_MS);
    const goesOn = () => isTime() || killed <= 10;
    const nemesis = async () => {
      for (; goesOn(); await sleep(100 + Math.random() * 100)) killed += await root.kill('CONNECTION', user);
    };
    const [told] = await Promise.all([underLoad(goesOn), nemesis()]);
    expectAnswers(told, [...DONE, '202 Processing', UNAVAILABLE], DONE);
    await expectSound(told);
  });

  it('limits how long a statement may take', async () => {
    // MySQL limits SELECT only, by milliseconds.
    if (PRODUCT === 'MySQL') await root.setGlobal('max_execution_time', 1);
    else await root.setGlobal('max_statement_time', 0.0005);
    await root.kill('CONNECTION', user);
    const before = await statementsCutShort();
    const told = await underLoad(forMs(TROUBLE_MS));
    // What takes too long may be a COMMIT.
    expectAnswers(told, [...DONE, '202 Processing', UNAVAILABLE], []);
    // Reads alone may all be quick enough.
    if (PRODUCT === 'MariaDB') expect(await statementsCutShort()).toBeGreaterThan(before);
    await root.restore();
    await root.kill('CONNECTION', user);
    await expectSound(told);
  });

  it('takes the password no more, whatever was not there yet is refused', async () => {
    await root.query(`ALTER USER '${user.name}'@'%' IDENTIFIED BY 'another'`);
    await root.kill('CONNECTION', user);
    const told = await underLoad(forMs(TROUBLE_MS));
    expectAnswers(told, [UNAVAILABLE]);
    await root.query(`ALTER USER '${user.name}'@'%' IDENTIFIED BY '${user.password}'`);
    await expectSound(told);
  });

  it('gives the user one connection only', async () => {
    await root.query(`ALTER USER '${user.name}'@'%' WITH MAX_USER_CONNECTIONS 1`);
    await root.kill('CONNECTION', user);
    const told = await underLoad(forMs(TROUBLE_MS));
    expectAnswers(told, [...DONE, UNAVAILABLE], [UNAVAILABLE]);
    await root.query(`ALTER USER '${user.name}'@'%' WITH MAX_USER_CONNECTIONS 0`);
    await expectSound(told);
  });

  it('lets the user ask no more this hour', async () => {
    await root.query(`ALTER USER '${user.name}'@'%' WITH MAX_QUERIES_PER_HOUR 100`);
    await root.kill('CONNECTION', user);
    const told = await underLoad(forMs(TROUBLE_MS));
    // One question too many may be a COMMIT.
    expectAnswers(told, [...DONE, '202 Processing', UNAVAILABLE], [UNAVAILABLE]);
    await root.query(`ALTER USER '${user.name}'@'%' WITH MAX_QUERIES_PER_HOUR 0`);
    await root.query('FLUSH USER_RESOURCES');
    await root.kill('CONNECTION', user);
    await expectSound(told);
  });

  it('is made read-only in the middle, and writable again: it is a definite no', async () => {
    const goesOn = forMs(2 * TROUBLE_MS);
    const demote = async () => {
      await sleep(TROUBLE_MS / 2);
      await root.setGlobal('read_only', 1);
      await sleep(TROUBLE_MS);
      await root.restore();
    };
    const [told] = await Promise.all([underLoad(goesOn), demote()]);
    // A deadline may fall between a COMMIT and the server's no to it: on a busy machine for many.
    expectAnswers(told, [...DONE, '202 Processing', UNAVAILABLE], [...DONE, UNAVAILABLE]);
    await expectSound(told);
  });

  // MariaDB has no such mode.
  if (PRODUCT === 'MySQL') {
    it('is off line in the middle, and back again', async () => {
      const goesOn = forMs(2 * TROUBLE_MS);
      const leave = async () => {
        await sleep(TROUBLE_MS / 2);
        await root.setGlobal('offline_mode', 1);
        await sleep(TROUBLE_MS);
        await root.restore();
      };
      const [told] = await Promise.all([underLoad(goesOn), leave()]);
      // Its connections are cut, some of them in COMMIT.
      expectAnswers(told, [...DONE, '202 Processing', UNAVAILABLE], [...DONE, UNAVAILABLE]);
      await expectSound(told);
    });
  }

  it('was in all that trouble, the books agree', async () => {
    const { exitCode, report } = await auditReport();
    expect(wrongIn(report)).toEqual([]);
    expect(exitCode).toBe(0);
  });
});
