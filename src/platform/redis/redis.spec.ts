import { afterEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { createServer, type Server, type Socket } from 'node:net';
import { Config, ConfigModule, loadConfig } from '../config/config.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { Metrics } from '../metrics/metrics.js';
import { RedisClient, RedisModule } from './redis.module.js';
import { Script } from './script.js';

const SCRIPT = new Script<string>("return redis.status_reply('OK')");
const TIMEOUT_MS = 100;

let module: TestingModule | undefined;
let server: Server | undefined;
const sockets = new Set<Socket>();

async function boot(port: number): Promise<RedisClient> {
  const config = loadConfig({ REDIS_URL: `redis://127.0.0.1:${port}/0`, REDIS_TIMEOUT_MS: String(TIMEOUT_MS) });
  const builder = Test.createTestingModule({ imports: [ConfigModule, MetricsModule, RedisModule] });
  module = await builder.overrideProvider(Config).useValue(config).compile();
  module.useLogger(false);
  await module.init();
  return module.get(RedisClient);
}

/** Something that speaks as little of Redis as the client needs to get ready; silent afterwards if asked. */
async function listen(port: number, silent = false): Promise<number> {
  const listening = createServer((socket) => {
    sockets.add(socket);
    socket.on('data', (data) => {
      for (const [, command] of data.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
        if (command === 'info') socket.write('$21\r\nredis_version:7.0.0\r\n\r\n');
        else if (command === 'role') socket.write('*1\r\n$6\r\nmaster\r\n');
        else if (!silent || command !== 'evalsha') socket.write('+OK\r\n');
      }
    });
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve));
  return (listening.address() as { port: number }).port;
}

async function stopServer(): Promise<void> {
  const stopping = server;
  server = undefined;
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  if (stopping) await new Promise((resolve) => stopping.close(resolve));
}

const ask = (redis: RedisClient) => redis.run(SCRIPT, [], []);

async function untilAnswers(redis: RedisClient): Promise<void> {
  const giveUpAt = Date.now() + 5000;
  while ((await ask(redis)) !== 'OK') {
    if (Date.now() > giveUpAt) throw new Error('Redis does not answer');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function untilReady(redis: RedisClient): Promise<void> {
  for (;;) {
    try {
      return await redis.proveWritable();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

const errorsOf = async () => (await module?.get(Metrics).redisErrorsTotal.get())?.values[0]?.value;

afterEach(async () => {
  await module?.close();
  await stopServer();
});

describe('without Redis', () => {
  it('the service starts, and every script fails at once', async () => {
    const port = await listen(0);
    await stopServer();
    const redis = await boot(port);
    const askedAt = performance.now();
    expect(await ask(redis)).toBeUndefined();
    expect(performance.now() - askedAt).toBeLessThan(TIMEOUT_MS / 2);
    expect(await errorsOf()).toBe(1);
    await expect(redis.proveWritable()).rejects.toThrow(/^Redis is /);
  });

  it('the client comes back by itself when Redis does', async () => {
    const port = await listen(0);
    const redis = await boot(port);
    await untilAnswers(redis);
    await stopServer();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await ask(redis)).toBeUndefined();
    await listen(port);
    await untilAnswers(redis);
  });
});

describe('the proof that Redis can be written to', () => {
  it('survives a process that was busy for longer than a command may take', async () => {
    const redis = await boot(await listen(0));
    await untilReady(redis);
    const proof = redis.proveWritable();
    for (const until = performance.now() + 300; performance.now() < until;);
    await expect(proof).resolves.toBeUndefined();
  });
});

describe('a Redis that hangs', () => {
  it('is given up after the time-out', async () => {
    const redis = await boot(await listen(0, true));
    await untilReady(redis);
    const askedAt = performance.now();
    expect(await ask(redis)).toBeUndefined();
    expect(performance.now() - askedAt).toBeGreaterThan(TIMEOUT_MS / 2);
    expect(await errorsOf()).toBe(1);
  });
});
