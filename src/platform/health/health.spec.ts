import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConfigModule, loadConfig } from '../config/config.js';
import { TransactionRunner } from '../database/transaction-runner.js';
import { createApp } from '../http/app.js';
import { HttpModule } from '../http/http.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { RedisClient } from '../redis/redis.module.js';
import { HealthModule } from './health.module.js';

const answers = () => Promise.resolve();
const fails = () => Promise.reject(new Error('away'));
const hangs = () => new Promise<void>(() => undefined);
const database = { ping: answers };
const redis = { ping: answers };

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

async function ready(databasePing: () => Promise<void>, redisPing: () => Promise<void>) {
  database.ping = databasePing;
  redis.ping = redisPing;
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

  it.each([fails, hangs])('is refused without the database, and says so (%#)', async (databasePing) => {
    const { statusCode, body } = await ready(databasePing, answers);
    expect(statusCode).toBe(503);
    expect(body).toMatchObject({ code: 'TemporarilyUnavailable', detail: { database: 'down', redis: 'up' } });
  });

  it('says nothing about being alive', async () => {
    database.ping = fails;
    expect((await app.inject('/health/live')).statusCode).toBe(200);
  });
});
