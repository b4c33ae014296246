import { type AddressInfo, createServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { clientOf, orderFor, StubBank, type TestClient } from '../../../test/support/bank-client.js';
import { BankConnection, Deadline } from './bank-connection.js';
import { Tokens } from './tokens.js';

const unknown = expect.objectContaining({ kind: 'unknown', why: expect.any(String) });
const notSent = { kind: 'refused', reason: 'UNAVAILABLE', bankCode: 'NOT_SENT' };
const cleanUps: (() => Promise<unknown>)[] = [];

beforeAll(() => {
  Logger.overrideLogger(false);
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function bankThat(...[answer]: Parameters<typeof StubBank.start>): Promise<string> {
  const bank = await StubBank.start(answer);
  cleanUps.push(() => bank.stop());
  return bank.url;
}

function clientAt(url: string, variables: Record<string, string> = {}): TestClient {
  const client = clientOf(url, variables);
  cleanUps.unshift(() => client.onApplicationShutdown());
  return client;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('what was certainly not sent', () => {
  it.each(['http://127.0.0.1:1', 'http://no-such-bank.invalid'])('is refused the first time: %s', async (url) => {
    const client = clientAt(url);
    expect(await client.send(orderFor())).toEqual(notSent);
    expect(await client.resend(orderFor())).toEqual(unknown);
    expect(await client.inquire(orderFor())).toEqual(unknown);
  });

  it('stays unsent after its time, when a connection becomes free at last', async () => {
    const paths: (string | undefined)[] = [];
    const url = await bankThat((request, response) => {
      paths.push(request.url);
      setTimeout(() => response.end('{}'), 150);
    });
    const connection = new BankConnection(url, 1, 1000);
    cleanUps.unshift(() => connection.close());
    const first = connection.postJson('/first', 'token', {}, new Deadline(1000));
    const second = connection.postJson('/second', 'token', {}, new Deadline(50));
    expect(await second).toEqual({ kind: 'neverSent', why: 'time is up' });
    expect(await first).toMatchObject({ kind: 'answered', status: 200 });
    expect(await connection.postJson('/third', 'token', {}, new Deadline(1000))).toMatchObject({ kind: 'answered' });
    expect(paths).toEqual(['/first', '/third']);
  });

  it('is everything after the end and without time', async () => {
    const connection = new BankConnection('http://127.0.0.1:1', 1, 1000);
    expect((await connection.postJson('/', 'token', {}, new Deadline(0))).kind).toBe('neverSent');
    await connection.close();
    expect((await connection.postJson('/', 'token', {}, new Deadline(1000))).kind).toBe('neverSent');
  });
});

describe('what may have arrived is unknown', () => {
  it('when the connection is closed without a word', async () => {
    const url = await bankThat((request) => request.socket.destroy());
    expect(await clientAt(url).send(orderFor())).toEqual(unknown);
  });

  it('when the other side hangs up on every connection before it reads', async () => {
    const server = createServer((socket) => void socket.on('error', () => undefined).destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
    const connection = new BankConnection(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 1, 1000);
    cleanUps.unshift(() => connection.close());
    expect(await connection.postJson('/', 'token', {}, new Deadline(200))).toMatchObject({ kind: 'lost' });
  });

  it.each([
    ['an HTML page', '<html></html>'],
    ['a list', '[]'],
    ['a number', '1'],
    ['nothing', ''],
    ['half a character', Buffer.from('{"rsp_code":"\xff', 'latin1')],
  ])('when the answer is %s', async (_name, body) => {
    const url = await bankThat((_request, response) => void response.end(body));
    expect(await clientAt(url).send(orderFor())).toEqual(unknown);
  });

  it('when the answer never ends, and no more of it is kept than needed', async () => {
    let sentBytes = 0;
    const url = await bankThat((_request, response) => {
      const chunk = Buffer.alloc(16 * 1024, ' ');
      const more = () => {
        if (response.destroyed) return;
        sentBytes += chunk.length;
        if (response.write(chunk)) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    });
    const client = clientAt(url, { BANK_TIMEOUT_MS: '5000' });
    expect(await client.send(orderFor())).toEqual(unknown);
    await sleep(20);
    const stoppedAt = sentBytes;
    await sleep(20);
    expect(sentBytes).toBe(stoppedAt);
  });

  it('when the answer drips', async () => {
    const url = await bankThat((_request, response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    expect(await clientAt(url).send(orderFor())).toEqual(unknown);
  });

  it('when the bank says 503 and not that it was before acceptance', async () => {
    const url = await bankThat((_request, response) => void response.writeHead(503).end('{}'));
    expect(await clientAt(url).send(orderFor())).toEqual(unknown);
  });
});

it('keeps to its cap: so many of a bank in flight, of which an account has its share, and the others wait', async () => {
  let inFlight = 0;
  let inFlightMax = 0;
  const url = await bankThat((_request, response) => {
    inFlightMax = Math.max(inFlightMax, ++inFlight);
    setTimeout(() => {
      inFlight -= 1;
      response.end('{"rsp_code":"A0004"}');
    }, 100);
  });
  const client = clientAt(url, { BANK_CONCURRENCY: '4', BANK_TIMEOUT_MS: '30000' });
  const closed = { kind: 'refused', reason: 'UNAVAILABLE', bankCode: 'A0004' };
  const charge = (count: number, accountOf: (index: number) => string) =>
    Promise.all(Array.from({ length: count }, (_, index) => client.send(orderFor({}, accountOf(index)))));
  expect(await charge(12, (index) => `12345${index % 6}`)).toEqual(Array(12).fill(closed));
  expect(inFlightMax).toBe(4);
  inFlightMax = 0;
  expect(await charge(3, () => '1234567890')).toEqual(Array(3).fill(closed));
  expect(inFlightMax).toBe(1);
});

it('remembers a bounded number of tokens, those used last', async () => {
  const url = await bankThat((_request, response) => void response.end());
  const connection = new BankConnection(url, 4, 1000);
  cleanUps.unshift(() => connection.close());
  const tokens = new Tokens(connection, { id: 'id', secret: 'secret' }, 10);
  for (let i = 0; i < 50; i++) {
    expect(await tokens.get(`handle-${i}`, new Deadline(1000))).toEqual({ kind: 'token', value: 'token' });
  }
  expect(tokens.size).toBe(10);
});

it('does not grow while the bank hangs', async () => {
  const connection = new BankConnection(await bankThat(() => undefined), 8, 1000);
  cleanUps.unshift(() => connection.close());
  const heapAfter = async (rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      const messages = Array.from({ length: 50 }, () => connection.postJson('/', 'token', {}, new Deadline(10)));
      for (const { kind } of await Promise.all(messages)) expect(kind).not.toBe('answered');
    }
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const before = await heapAfter(20);
  expect((await heapAfter(60)) - before).toBeLessThan(3_000_000);
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
