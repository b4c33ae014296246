import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { parseArgs } from 'node:util';
import { LedgerModule } from '../ledger/index.js';
import { ClockModule, seoulDateTime } from '../platform/clock/clock.js';
import { ConfigModule, configOrExit } from '../platform/config/config.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { type Role, ROLES } from '../platform/http/access.js';
import { Refusal } from '../platform/http/answers.js';
import { createLogger } from '../platform/logging/json-logger.js';
import { MetricsModule } from '../platform/metrics/metrics.module.js';
import { ApiKeysModule } from './api-keys.module.js';
import type { StoredKey } from './api-keys.repository.js';
import { ApiKeysService, type KeyRequest } from './api-keys.service.js';

const USAGE = `npm run keys -- create --role operator | app | partner [--partner <id>] [--label <text>] [--days <good for>]
npm run keys -- revoke <id or prefix>
npm run keys -- list

It works on the database of DATABASE_URL. A new key is printed once, on standard output and alone.`;

/** Something that whoever typed the command can put right. */
class Mistake extends Error {}

const DAY_MS = 86_400_000;
const LABEL_LENGTH_MAX = 100;

@Module({ imports: [ConfigModule, ClockModule, MetricsModule, DatabaseModule, LedgerModule, ApiKeysModule] })
class KeysCliModule {}

function parse() {
  const text = { type: 'string' } as const;
  const options = { role: text, partner: text, label: text, days: text };
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [command, name, ...rest] = positionals;
    if (rest.length > 0) throw new Mistake(USAGE);
    if (command === 'create' && name === undefined) return { command, request: requestOf(values) } as const;
    if (command === 'list' && name === undefined) return { command } as const;
    if (command === 'revoke' && name !== undefined) return { command, name } as const;
    throw new Mistake(USAGE);
  } catch (error) {
    if (error instanceof TypeError) throw new Mistake(`${error.message}\n\n${USAGE}`);
    throw error;
  }
}

function requestOf({ role = 'partner', partner, label, days }: Record<string, string | undefined>): KeyRequest {
  if (!ROLES.includes(role as Role)) throw new Mistake(`--role must be one of ${ROLES.join(', ')}`);
  if ((role === 'partner') !== (partner !== undefined)) {
    throw new Mistake('--partner <id> goes with --role partner, and only with that');
  }
  if (partner !== undefined && !/^[1-9]\d{0,14}$/.test(partner))
    throw new Mistake('--partner must be the id of a partner');
  if (label !== undefined && (label.trim() === '' || label.length > LABEL_LENGTH_MAX)) {
    throw new Mistake(`--label must be a text of 1 to ${LABEL_LENGTH_MAX} characters`);
  }
  if (days !== undefined && !/^[1-9]\d{0,3}$/.test(days)) throw new Mistake('--days must be a number from 1 to 9999');
  return {
    role: role as Role,
    partnerId: partner === undefined ? null : Number(partner),
    label: label ?? null,
    expiresAt: days === undefined ? null : new Date(Date.now() + Number(days) * DAY_MS),
  };
}

async function run(keys: ApiKeysService, asked: ReturnType<typeof parse>): Promise<void> {
  switch (asked.command) {
    case 'create': {
      const { id, key } = await keys.create(asked.request);
      console.log(key);
      console.error(`Key ${id}. It is shown this once: only its hash is kept.`);
      return;
    }
    case 'revoke': {
      const found = await keys.findByName(asked.name);
      const [only] = found;
      if (!only) throw new Mistake(`There is no key ${asked.name}.`);
      if (found.length > 1) throw new Mistake(`Several keys are called so: ${found.map(({ id }) => id).join(', ')}.`);
      await keys.revoke(only.id);
      console.error(`Key ${only.id} is revoked; running services refuse it within five seconds.`);
      return;
    }
    case 'list':
      console.table((await keys.list()).map(shown));
  }
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
  const asked = parse();
  configOrExit();
  const logger = createLogger('error');
  const app = await NestFactory.createApplicationContext(KeysCliModule, { logger, abortOnError: false });
  try {
    await run(app.get(ApiKeysService), asked);
  } finally {
    await app.close();
  }
}

main().catch((error: unknown) => {
  const noPartner = error instanceof Refusal && error.answer === 'InvalidMerchant';
  if (noPartner) console.error('There is no such partner.');
  else console.error(error instanceof Mistake ? error.message : error);
  process.exitCode = 1;
});
