import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a store that can be closed, left silent, opened again on the same port, or led to another store. */
export class CuttableProxy {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private isSilent = false;
  private port = 0;

  private constructor(private target: URL) {}

  static async to(url: string): Promise<CuttableProxy> {
    const proxy = new CuttableProxy(new URL(url));
    await proxy.open();
    return proxy;
  }

  /** The store's URL, by way of this proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(this.port);
    return url.href;
  }

  async open(): Promise<void> {
    this.isSilent = false;
    this.drop(); // what was left hanging would hang for ever
    if (this.server) return;
    this.server = createServer((client) => this.connect(client)).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Breaks all connections and refuses new ones, as when the server was stopped. */
  async close(): Promise<void> {
    const closed = this.server && once(this.server, 'close');
    this.server?.close();
    this.server = undefined;
    this.drop();
    await closed;
  }

  /** Leads new connections to another server; those that are open stay, as when an address moves on. */
  leadTo(url: string): void {
    this.target = new URL(url);
  }

  /** Keeps all connections, accepts new ones, and lets nothing through, as when the network swallows everything. */
  hang(): void {
    this.isSilent = true;
  }

  private connect(client: Socket): void {
    const store = connect({ host: this.target.hostname, port: Number(this.target.port) });
    for (const [from, to] of [
      [client, store],
      [store, client],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (chunk) => void (this.isSilent || to.write(chunk)));
      from.on('error', () => undefined); // 'close' follows
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
  }

  private drop(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}
