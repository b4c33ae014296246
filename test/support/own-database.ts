import mysql from 'mysql2/promise';
import { randomBytes } from 'node:crypto';
import { stackPart } from './environment.js';

/** An empty database of a test's own, on the server of the stack. */
export interface OwnDatabase {
  readonly name: string;
  readonly url: string;
  drop(): Promise<void>;
}

export async function anEmptyDatabase(): Promise<OwnDatabase> {
  const name = `pay_${randomBytes(6).toString('hex')}`;
  const url = new URL(stackPart('databaseUrl'));
  url.pathname = `/${name}`;
  await onServer(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  return { name, url: url.href, drop: () => onServer(`DROP DATABASE IF EXISTS ${name}`) };
}

async function onServer(statement: string): Promise<void> {
  const connection = await mysql.createConnection({ uri: stackPart('databaseUrl') });
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}
