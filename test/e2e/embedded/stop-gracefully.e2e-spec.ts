import { afterEach, expect, it } from '@jest/globals';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../../support/api.js';
import { aUser, newKey, paymentBody } from '../../support/builders.js';
import { tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { aService } from '../../support/keyed-service.js';
import { moneyOf } from '../../support/money.js';
import type { ServiceProgram } from '../../support/service-program.js';

const BODY = JSON.stringify({ userId: 1, amount: 1 });
const HEAD = 'POST /accounts/main/charge HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
/** What clients leave behind on a connection. */
const HALVES = {
  'nothing at all': '',
  'half of its headers': HEAD,
  'half of its body': `${HEAD}Content-Length: ${BODY.length}\r\n\r\n${BODY.slice(0, 9)}`,
  'a whole request': 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n',
};

/**
 * Pays again and again on connections that are kept, until the service is gone; how many are on the way is up to it.
 */
async function payUntilGone(through: Api, userId: number): Promise<{ status: number; code: string }[]> {
  const answers: { status: number; code: string }[] = [];
  for (;;) {
    const answer = await through.pay(paymentBody(userId, { totalPayAmount: 1 }), newKey()).catch(() => undefined);
    if (!answer) return answers;
    answers.push(answer);
  }
}

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'a service that is told to stop', () => {
  let service: ServiceProgram | undefined;
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await service?.stop();
  });

  it('ends in good order under load, whatever is left on connections', async () => {
    const { baseUrl, api, program } = (service = await aService({ DRAIN_MS: '300' }));
    for (const half of Object.values(HALVES)) {
      const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1', () => void socket.write(half));
      socket.on('error', () => undefined);
      sockets.push(socket);
    }
    const user = await aUser({ given: 100_000 });
    const clients = Array.from({ length: 8 }, () => payUntilGone(api, user.userId));
    await sleep(500);
    process.kill(program.pid as number, 'SIGTERM');
    const ended = await program.exited;
    const answers = (await Promise.all(clients)).flat();
    const { '201 Success': paid = 0, '503 TemporarilyUnavailable': refused = 0, ...others } = tally(answers);
    expect({ ended, others }).toEqual({ ended: { code: 0, signal: null }, others: {} });
    expect(refused).toBeLessThanOrEqual(clients.length);
    expect((await moneyOf(user)).main).toBe(100_000 - paid);
  });

  it('is not ready any more at once, serves on, and asks for no further use of a connection', async () => {
    const { api, program } = (service = await aService({ DRAIN_MS: '60000' }));
    const { userId } = await aUser({ given: 1_000 });
    process.kill(program.pid as number, 'SIGTERM');
    let ready = await api.send('GET', '/health/ready');
    while (ready.status === 200) ready = await api.send('GET', '/health/ready');
    expect(ready).toMatchObject({ status: 503, detail: { status: 'stopping', database: 'up', redis: 'up' } });
    const paid = await api.pay(paymentBody(userId, { totalPayAmount: 1_000 }), newKey());
    expect([paid.status, paid.headers['connection']]).toEqual([201, 'close']);
    await program.kill('SIGTERM'); // the second one ends it at once
    expect(await program.exited).toEqual({ code: 1, signal: null });
  });
});
