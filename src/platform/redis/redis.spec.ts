import { afterEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { createServer, type Server, type Socket } from 'node:net';
import { Config, ConfigModule, loadConfig } from '../config/config.js';
import { RedisClient, RedisModule } from './redis.module.js';

let module: TestingModule | undefined;
let server: Server | undefined;
const sockets = new Set<Socket>();

async function boot(port: number): Promise<RedisClient> {
  const config = loadConfig({ REDIS_URL: `redis://127.0.0.1:${port}/0`, REDIS_TIMEOUT_MS: '100' });
  const builder = Test.createTestingModule({ imports: [ConfigModule, RedisModule] });
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
        else if (!silent || command !== 'ping') socket.write(command === 'ping' ? '+PONG\r\n' : '+OK\r\n');
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

async function untilAnswers(redis: RedisClient): Promise<void> {
  const giveUpAt = Date.now() + 5000;
  while (Date.now() < giveUpAt) {
    if (redis.status === 'ready') return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Redis is ${redis.status}`);
}

afterEach(async () => {
  await module?.close();
  await stopServer();
});

describe('without Redis', () => {
  it('the service starts, and every command fails at once', async () => {
    const port = await listen(0);
    await stopServer();
    const redis = await boot(port);
    const startedAt = performance.now();
    await expect(redis.ping()).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(50);
  });

  it('the client comes back by itself when Redis does', async () => {
    const port = await listen(0);
    const redis = await boot(port);
    await untilAnswers(redis);
    expect(await redis.ping()).toBe('PONG');
    await stopServer();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(redis.ping()).rejects.toThrow();
    await listen(port);
    await untilAnswers(redis);
    expect(await redis.ping()).toBe('PONG');
  });
});

describe('a Redis that hangs', () => {
  it('is given up after the time-out', async () => {
    const redis = await boot(await listen(0, true));
    await untilAnswers(redis);
    const startedAt = performance.now();
    await expect(redis.ping()).rejects.toThrow('timed out');
    expect(performance.now() - startedAt).toBeLessThan(400);
  });
});
