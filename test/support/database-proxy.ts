import { connect, createServer, type Server, type Socket } from 'node:net';

/** What happens to a statement on its way, or to its answer. */
export type Cut = 'dropBefore' | 'dropAfter' | 'hangBefore' | 'hangAfter' | 'stallBefore' | 'holdBefore';

/**
 * Looks at every message that passes, one or more statements, whether its transaction has written, and on which
 * connection it comes; null lets it through.
 */
export type Watch = (sql: string, hasWritten: boolean, connection: object) => Cut | null;

const STALL_MS = 700;
const HEADER_BYTES = 4;
const COM_QUERY = 0x03;
/** As much of a message as is looked at: its beginning, and its end if that is farther. */
const SQL_BYTES_MAX = 2_000;
const SQL_END_BYTES = 40;
/** A status flag of the server's: https://dev.mysql.com/doc/dev/mysql-server/latest/mysql__com_8h.html */
const MORE_RESULTS_EXISTS = 0x0008;

/**
 * A TCP proxy between a service and its database that understands as much of the MySQL protocol as it takes to see
 * which statement goes by (https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html), so that
 * a connection can be cut at a chosen one: before the server sees it, or after it was done and before its answer.
 */
export class DatabaseProxy {
  watch: Watch = () => null;
  /** `refuse`: connections break at once; `hang`: nothing gets through, and nobody is told. */
  mode: 'open' | 'refuse' | 'hang' = 'open';
  private readonly server: Server;
  private readonly links = new Set<Link>();
  private readonly upstreamPort: number;

  private constructor(upstreamPort: number) {
    this.upstreamPort = upstreamPort;
    this.server = createServer((client) => this.accept(client));
  }

  static async start(upstreamPort: number): Promise<DatabaseProxy> {
    const proxy = new DatabaseProxy(upstreamPort);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** How many connections wait with a message that is held. */
  get heldCount(): number {
    return [...this.links].filter((link) => link.isHeld).length;
  }

  /** Lets the held messages go to the server. */
  release(): void {
    for (const link of this.links) link.release();
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return address.port;
  }

  /** Breaks every connection; @returns how many there were. */
  cutAll(): number {
    const count = this.links.size;
    for (const link of [...this.links]) link.drop();
    return count;
  }

  async stop(): Promise<void> {
    this.cutAll();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(client: Socket): void {
    if (this.mode === 'refuse') {
      client.on('error', () => undefined); // it is gone either way
      client.destroy();
      return;
    }
    const link = new Link(client, connect({ host: '127.0.0.1', port: this.upstreamPort }), this);
    this.links.add(link);
    client.once('close', () => this.links.delete(link));
  }
}

/** One connection through the proxy. */
class Link {
  private readonly client: Socket;
  private readonly upstream: Socket;
  private readonly proxy: DatabaseProxy;
  private pending: Buffer = Buffer.alloc(0);
  private answer: Buffer = Buffer.alloc(0);
  private cut: Cut | null = null;
  private hasWritten = false;
  private held: Buffer | null = null;

  constructor(client: Socket, upstream: Socket, proxy: DatabaseProxy) {
    this.client = client;
    this.upstream = upstream;
    this.proxy = proxy;
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.setNoDelay(true);
      one.on('error', () => undefined); // 'close' follows
      one.on('close', () => {
        // A hanging client is left hanging although its server has gone.
        if (one === client || this.cut === null) other.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => this.fromClient(chunk));
    upstream.on('data', (chunk: Buffer) => this.fromServer(chunk));
  }

  get isHeld(): boolean {
    return this.held !== null;
  }

  release(): void {
    if (!this.held) return;
    this.upstream.write(this.held);
    this.held = null;
    this.cut = null;
  }

  drop(): void {
    this.client.destroy();
    this.upstream.destroy();
  }

  private fromClient(chunk: Buffer): void {
    if (this.cut !== null || this.proxy.mode === 'hang') return;
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    for (let packet = this.takePacket(); packet; packet = this.takePacket()) {
      const sql = sqlOf(packet);
      this.cut = sql === null ? null : this.look(sql);
      if (this.cut === 'dropBefore') return this.drop();
      if (this.cut === 'hangBefore') {
        this.upstream.destroy(); // so that the server rolls back and lets go of its locks
        return;
      }
      if (this.cut === 'stallBefore') {
        setTimeout(() => this.drop(), STALL_MS); // until then the server waits, with all its locks
        return;
      }
      if (this.cut === 'holdBefore') {
        this.held = packet; // nobody sends more before it is answered
        return;
      }
      this.upstream.write(packet);
      if (this.cut !== null) return;
    }
  }

  private look(sql: string): Cut | null {
    // The writes of a transaction may come in one message with its COMMIT.
    const hasWritten = this.hasWritten || /^(SET @|INSERT|UPDATE|REPLACE|DELETE)/.test(sql);
    this.hasWritten = hasWritten && !/^(START|ROLLBACK)|(^|; )COMMIT$/.test(sql);
    return this.proxy.watch(sql, hasWritten, this);
  }

  private takePacket(): Buffer | null {
    if (this.pending.length < HEADER_BYTES) return null;
    const length = HEADER_BYTES + this.pending.readUIntLE(0, 3);
    if (this.pending.length < length) return null;
    const packet = this.pending.subarray(0, length);
    this.pending = this.pending.subarray(length);
    return packet;
  }

  private fromServer(chunk: Buffer): void {
    if (this.proxy.mode === 'hang') return;
    if (this.cut === null) this.client.write(chunk);
    else if (this.cut === 'dropAfter' || this.cut === 'hangAfter') {
      this.answer = Buffer.concat([this.answer, chunk]);
      if (!isWhole(this.answer)) return; // the server is at the next statement of the message
      if (this.cut === 'dropAfter') this.drop();
      else this.upstream.destroy();
    } else this.upstream.destroy();
  }
}

/** Whether the server has answered all statements of a message: the last, or the one that failed or found rows. */
function isWhole(answer: Buffer): boolean {
  for (let start = 0; start + HEADER_BYTES < answer.length;) {
    const length = answer.readUIntLE(start, 3);
    const packet = answer.subarray(start + HEADER_BYTES, start + HEADER_BYTES + length);
    if (packet.length < length) return false;
    const isOk = packet[0] === 0;
    if (!isOk || (statusOf(packet) & MORE_RESULTS_EXISTS) === 0) return true;
    start += HEADER_BYTES + length;
  }
  return false;
}

/** The status in an OK packet, behind two numbers of as many bytes as they need. */
function statusOf(packet: Buffer): number {
  const afterNumber = (at: number) => at + ({ 0xfc: 3, 0xfd: 4, 0xfe: 9 }[packet[at] as number] ?? 1);
  return packet.readUInt16LE(afterNumber(afterNumber(1)));
}

/** The statements in a packet; null when it holds something else. A command starts a sequence of its own. */
function sqlOf(packet: Buffer): string | null {
  if (packet[3] !== 0 || packet[HEADER_BYTES] !== COM_QUERY) return null;
  let start = HEADER_BYTES + 1;
  // To MySQL, not to MariaDB, the driver sends query attributes first: none of them, in one set.
  if (packet[start] === 0 && packet[start + 1] === 1) start += 2;
  if (packet.length <= start + SQL_BYTES_MAX) return packet.toString('utf8', start);
  const end = packet.toString('utf8', packet.length - SQL_END_BYTES);
  return `${packet.toString('utf8', start, start + SQL_BYTES_MAX)} ... ${end}`;
}
