import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConfigModule, loadConfig } from '../config/config.js';
import { TransactionRunner } from '../database/transaction-runner.js';
import { createApp } from '../http/app.js';
import { HttpModule } from '../http/http.module.js';
import { InFlight } from '../http/in-flight.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { RedisClient } from '../redis/redis.module.js';
import { HealthModule } from './health.module.js';

const answers = () => Promise.resolve();
const fails = () => Promise.reject(new Error('away'));
const hangs = () => new Promise<void>(() => undefined);
const database = { read: answers };
const redis = { proveWritable: answers };

@Global()
@Module({
  providers: [
    { provide: TransactionRunner, useValue: database },
    { provide: RedisClient, useValue: redis },
  ],
  exports: [TransactionRunner, RedisClient],
})
class StoresModule {}

@Module({ imports: [ConfigModule, MetricsModule, HttpModule, StoresModule, HealthModule] })
class RootModule {}

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await createApp(RootModule, loadConfig({ LOG_LEVEL: 'silent' }));
  await app.init();
});
afterAll(() => app.close());

async function ready(databaseProof: () => Promise<void>, redisProof: () => Promise<void>) {
  database.read = databaseProof;
  redis.proveWritable = redisProof;
  const { statusCode, body } = await app.inject('/health/ready');
  return { statusCode, body: JSON.parse(body) as object };
}

describe('readiness', () => {
  it('is given with both stores', async () => {
    const { statusCode, body } = await ready(answers, answers);
    expect(statusCode).toBe(200);
    expect(body).toMatchObject({ code: 'Success', detail: { status: 'ready', database: 'up', redis: 'up' } });
  });

  it('is degraded without Redis, since the service goes on', async () => {
    const { statusCode, body } = await ready(answers, fails);
    expect(statusCode).toBe(200);
    expect(body).toMatchObject({ detail: { status: 'degraded', database: 'up', redis: 'down' } });
  });

  it.each([fails, hangs])('is refused without the database, and says so (%#)', async (databaseProof) => {
    const { statusCode, body } = await ready(databaseProof, answers);
    expect(statusCode).toBe(503);
    expect(body).toMatchObject({ code: 'TemporarilyUnavailable', detail: { database: 'down', redis: 'up' } });
  });

  it('is refused from the signal to stop, with both stores there', async () => {
    const inFlight = app.get(InFlight);
    inFlight.leave();
    const { statusCode, body } = await ready(answers, answers);
    inFlight.leaving = false;
    expect(statusCode).toBe(503);
    expect(body).toMatchObject({ detail: { status: 'stopping', database: 'up', redis: 'up' } });
  });

  it('costs one look at the stores, however many ask at once', async () => {
    let looks = 0;
    const look = async () => {
      looks += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const answers = await Promise.all(Array.from({ length: 100 }, () => ready(look, look)));
    expect(answers.every(({ statusCode }) => statusCode === 200)).toBe(true);
    expect(looks).toBe(2);
    await ready(look, look);
    expect(looks).toBe(4);
  });

  it('says nothing about being alive', async () => {
    database.read = fails;
    expect((await app.inject('/health/live')).statusCode).toBe(200);
  });
});
