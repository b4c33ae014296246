import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { hostname } from 'node:os';
import { OperatorActsModule, type PlannedAct } from '../acts/index.js';
import { claimOf, KeyedWritesModule, scopeOf } from '../idempotency/index.js';
import { LedgerModule } from '../ledger/index.js';
import { seoulDateTime } from '../platform/clock/clock.js';
import { ClockModule } from '../platform/clock/clock.module.js';
import { ConfigError, ConfigModule, configOrExit, exitOnMistake } from '../platform/config/config.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { type AnswerName, Refusal } from '../platform/http/answers.js';
import { createLogger } from '../platform/logging/json-logger.js';
import { MetricsModule } from '../platform/metrics/metrics.module.js';
import { KEYS_ROUTE } from './api-key.js';
import { ApiKeysModule } from './api-keys.module.js';
import type { StoredKey } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { type KeysCommand, keysCommandOf, Mistake } from './keys-command.js';

const ADDRESS_LENGTH_MAX = 64;
const REFUSALS: Partial<Record<AnswerName, string>> = {
  InvalidMerchant: 'There is no such partner.',
  LastOperatorKey: 'It is the last good key of an operator: make another one first.',
};

@Module({
  imports: [
    ConfigModule,
    ClockModule,
    MetricsModule,
    DatabaseModule,
    LedgerModule,
    OperatorActsModule,
    KeyedWritesModule,
    ApiKeysModule,
  ],
})
class KeysCliModule {}

async function run(keys: ApiKeysService, asked: KeysCommand): Promise<void> {
  switch (asked.command) {
    case 'create': {
      if (asked.first && (await keys.hasOperator())) return;
      const scope = scopeOf('operator', null, KEYS_ROUTE);
      const claim = { ...claimOf(scope, null, asked.request), act: actOf('createKey', null, asked.reason) };
      const { outcome, made } = await keys.create(asked.request, claim);
      if (outcome.kind === 'processing') throw new Mistake('The database was lost: `list` shows whether it was made.');
      console.log(made.key);
      console.error(`Key ${outcome.resourceId}. It is shown this once: only its hash is kept.`);
      return;
    }
    case 'revoke': {
      const found = await keys.findByName(asked.name);
      const [only] = found;
      if (!only) throw new Mistake(`There is no key ${asked.name}.`);
      if (found.length > 1) throw new Mistake(`Several keys are called so: ${found.map(({ id }) => id).join(', ')}.`);
      await keys.revoke(only.id, actOf('revokeKey', only.id, asked.reason));
      console.error(`Key ${only.id} is revoked; running services refuse it within five seconds.`);
      return;
    }
    case 'list':
      console.table((await keys.listAll()).map(shown));
  }
}

/** What is recorded of a command: nobody knows who types it, but for what the machine is called. */
function actOf(action: string, subjectId: number | null, reason: string | null): PlannedAct {
  const address = hostname()
    .replace(/[^!-~]/g, '?')
    .slice(0, ADDRESS_LENGTH_MAX);
  return { action, keyId: null, role: 'shell', address, requestId: null, reason, subject: 'key', subjectId };
}

function shown(key: StoredKey): object {
  const time = (at: Date | null) => (at ? seoulDateTime(at) : '');
  return {
    id: key.id,
    key: `${key.prefix}…`,
    role: key.role,
    partner: key.partnerId ?? '',
    label: key.label ?? '',
    created: time(key.createdAt),
    expires: time(key.expiresAt),
    revoked: time(key.revokedAt),
    'last used': time(key.lastUsedAt),
  };
}

async function main(): Promise<void> {
  const asked = keysCommandOf(process.argv.slice(2));
  configOrExit();
  const logger = createLogger('warn', process.stderr); // a new key is alone on stdout
  const app = await NestFactory.createApplicationContext(KeysCliModule, { logger, abortOnError: false });
  try {
    await run(app.get(ApiKeysService), asked);
  } finally {
    await app.close();
  }
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) return exitOnMistake(error);
  const refusal = error instanceof Refusal ? REFUSALS[error.answer] : undefined;
  console.error(refusal ?? (error instanceof Mistake ? error.message : error));
  process.exitCode = 1;
});
