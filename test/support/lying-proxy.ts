import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What becomes of one request on its way; without one it goes through. */
export type Lie =
  /** The connection breaks before the service hears of it. */
  | 'lost'
  /** The service does it, and its answer is lost. */
  | 'answer lost'
  /** … breaks off in the middle. */
  | 'answer cut'
  /** Nobody hears of it, and nobody answers. */
  | 'silence'
  /** The service does it, and nobody answers. */
  | 'answer never comes'
  /** Somebody else answers, and the service hears nothing. */
  | { readonly status: number; readonly body?: object | string; readonly headers?: Readonly<Record<string, string>> };

export interface Passed {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A way to the service that lies, one request after the other, as it is told. */
export class LyingProxy {
  readonly seen: Passed[] = [];
  private lies: (Lie | 'truth')[] = [];
  private readonly server: Server;

  private constructor(private readonly target: string) {
    this.server = createServer((request, response) => {
      this.pass(request, response).catch(() => response.destroy());
    });
  }

  static async to(target: string): Promise<LyingProxy> {
    const proxy = new LyingProxy(target);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The next requests meet these; what comes then is the truth. */
  tell(...lies: (Lie | 'truth')[]): void {
    this.seen.length = 0;
    this.lies = lies;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { method = '', url: path = '', headers } = request;
    this.seen.push({ method, path, headers, body: body.toString() });
    const lie = this.lies.shift() ?? 'truth';
    if (lie === 'lost') return void response.destroy();
    if (lie === 'silence') return;
    if (typeof lie === 'object') {
      const text = typeof lie.body === 'string' ? lie.body : JSON.stringify(lie.body ?? {});
      return void response.writeHead(lie.status, { 'content-type': 'application/json', ...lie.headers }).end(text);
    }
    const { host: _host, connection: _connection, 'content-length': _length, ...kept } = headers;
    const answer = await fetch(this.target + path, {
      method,
      headers: kept as Record<string, string>,
      redirect: 'manual',
      ...(body.length > 0 && { body }),
    });
    const text = await answer.text();
    if (lie === 'answer lost') return void response.destroy();
    if (lie === 'answer never comes') return;
    const { 'transfer-encoding': _encoding, connection: _kept, ...told } = Object.fromEntries(answer.headers);
    response.writeHead(answer.status, { ...told, 'content-length': Buffer.byteLength(text) });
    if (lie === 'truth') return void response.end(text);
    response.write(text.slice(0, text.length / 2), () => response.destroy());
  }
}
