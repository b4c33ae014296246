import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/stack/ports.mjs';
import type { Receipt } from './history.js';

/**
 * What an event is answered with, and how long after it came. `silence`: nothing ever. `cut`: nothing, and the
 * connection breaks.
 */
export interface Manner {
  readonly status: number | 'silence' | 'cut';
  readonly delayMs: number;
}

const WELL: Manner = { status: 200, delayMs: 0 };

type Arrival = Omit<Receipt, 'endpointId' | 'clocksMs'>;

/** A partner's server on loopback: says of everything that comes what it was answered with. */
export class Receiver {
  manner: Manner = WELL;
  /** Is told of each request once it was answered, or will not be any more. */
  heard: (arrival: Arrival) => void = () => undefined;
  private readonly port: number;
  private server: Server | undefined;

  private constructor(port: number) {
    this.port = port;
  }

  static async start(): Promise<Receiver> {
    const receiver = new Receiver(await freePort());
    await receiver.listen();
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/pay-webhooks`;
  }

  behaveWell(): void {
    this.manner = WELL;
  }

  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.take(request, response));
    this.server = server;
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(this.port, '127.0.0.1', resolve));
  }

  /** Is gone: what is under way breaks off, and connections are refused. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(request);
    if (text === null) return;
    const arrivedMs = performance.now();
    const { status, delayMs } = this.manner;
    if (delayMs > 0) await sleep(delayMs);
    if (status === 'cut') request.socket.destroy();
    const isAnswered = typeof status === 'number' && !response.destroyed;
    if (isAnswered) response.writeHead(status).end();
    this.heard({
      signature: String(request.headers['pay-signature']),
      eventId: String(request.headers['pay-event-id']),
      text,
      arrivedMs,
      status: isAnswered ? status : null,
    });
  }
}

/** Null when its sender broke off. */
async function textOf(request: IncomingMessage): Promise<string | null> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') return null; // it was killed
    throw error;
  }
}
