import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isGenuine } from '../../docs/webhook-verifier.js';

export interface ReceivedEvent {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: {
    readonly eventId: number;
    readonly type: string;
    readonly partnerId: number;
    readonly paymentId: number;
    readonly sequence: number;
    readonly occurredAt: string;
    readonly data: Readonly<Record<string, unknown>>;
  };
}

/** Events go to public addresses and, outside production, to the service's own machine: it must be this one. */
const HOST = '127.0.0.1';

/** Answers an event; a number is a status without a body. */
export type Behaviour = (event: ReceivedEvent, response: ServerResponse) => number | void;

/** A partner's server: takes events, remembers them in order, and answers them as told. */
export class WebhookReceiver {
  readonly events: ReceivedEvent[] = [];
  behaviour: Behaviour = () => 200;
  private server: Server | undefined;
  private port = 0;

  static async start(behaviour?: Behaviour): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    if (behaviour) receiver.behaviour = behaviour;
    await receiver.listen();
    return receiver;
  }

  get url(): string {
    return `http://${HOST}:${this.port}/pay-webhooks?token=of-the-partner`;
  }

  /** Listens, on the same port as before. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const event = { headers: request.headers, text, body: JSON.parse(text) as ReceivedEvent['body'] };
        this.events.push(event);
        const status = this.behaviour(event, response);
        if (status !== undefined) response.writeHead(status).end();
      });
    });
    this.server = server;
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(this.port, HOST, resolve));
    this.port = (server.address() as AddressInfo).port;
  }

  /** Is gone: connections are refused. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  /** The sequence numbers that arrived of each payment, in the order of arrival. */
  sequences(): Map<number, number[]> {
    const byPayment = Map.groupBy(this.events, ({ body }) => body.paymentId);
    return new Map([...byPayment].map(([paymentId, events]) => [paymentId, events.map(({ body }) => body.sequence)]));
  }
}

/** Whether the guide's verifier takes the event for genuine, and the event's id is the header's. */
export function isSignedWith(secret: string, { headers, text, body }: ReceivedEvent): boolean {
  return isGenuine(String(headers['pay-signature']), text, secret) && headers['pay-event-id'] === String(body.eventId);
}
