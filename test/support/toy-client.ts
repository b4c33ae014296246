import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { request } from 'undici';
import { loadConfig } from '../../src/platform/config/config.js';
import { createApp } from '../../src/platform/http/app.js';
import { createLogger } from '../../src/platform/logging/json-logger.js';
import { ToyModule } from './toy-app.js';

export interface Received {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: { code: string; message: string; detail?: { errors?: { field: string; reason: string }[] } };
}

/** The toy service on a port of its own, with what it logs, and a client for it. */
export class ToyClient {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly baseUrl: string,
    readonly logLines: readonly string[],
  ) {}

  static async start(): Promise<ToyClient> {
    const logLines: string[] = [];
    const logger = createLogger('debug', { write: (line) => void logLines.push(line) });
    const app = await createApp(ToyModule, loadConfig({}), logger);
    await app.listen(0, '127.0.0.1');
    return new ToyClient(app, await app.getUrl(), logLines);
  }

  /** A text or bytes are sent as they are, anything else as JSON. */
  async send(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown, headers = {}): Promise<Received> {
    const sent = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const type = sent === undefined ? {} : { 'content-type': 'application/json' };
    const options = { method, headers: { ...type, ...headers }, ...(sent === undefined ? {} : { body: sent }) };
    const answer = await request(this.baseUrl + path, options);
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: (await answer.body.json()) as Received['body'],
    };
  }

  post(body: unknown, headers = {}): Promise<Received> {
    return this.send('POST', '/toys', body, headers);
  }

  open(): Socket {
    return connect(Number(new URL(this.baseUrl).port), '127.0.0.1');
  }

  /** What a client that speaks no proper HTTP gets back. */
  async sendRaw(lines: string): Promise<string> {
    const socket = this.open();
    socket.write(lines);
    return text(socket);
  }
}

/** The names of the fields that were refused. */
export const fieldsOf = ({ body }: Received) => body.detail?.errors?.map(({ field }) => field);
