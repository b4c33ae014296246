import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** What is known of a name: addresses of IPv4, or that the server says nothing to whoever asks. */
export type Known = readonly string[] | 'silence';

const A = 1;
const ANSWER = 0x8180;
const NO_SUCH_NAME = 3;
const HEADER_BYTES = 12;

/** A name server on loopback; a name that it doesn't know is none. */
export class NameServer {
  /** The names that it was asked for, each time. */
  readonly asked: string[] = [];

  private constructor(
    private readonly socket: Socket,
    private readonly known: Readonly<Record<string, Known>>,
  ) {
    socket.on('message', (query, { port, address }) => {
      const answer = this.answerTo(query);
      if (answer) socket.send(answer, port, address);
    });
  }

  static async start(known: Readonly<Record<string, Known>>): Promise<NameServer> {
    const server = new NameServer(createSocket('udp4'), known);
    server.socket.bind(0, '127.0.0.1');
    await once(server.socket, 'listening');
    return server;
  }

  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  async stop(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }

  /** The query's own id and question, and an answer record for each address; null for silence. */
  private answerTo(query: Buffer): Buffer | null {
    const labels: string[] = [];
    let end = HEADER_BYTES;
    for (let length = query.readUInt8(end); length > 0; length = query.readUInt8(end)) {
      labels.push(query.toString('latin1', end + 1, end + 1 + length));
      end += 1 + length;
    }
    const question = query.subarray(HEADER_BYTES, end + 5);
    const name = labels.join('.').toLowerCase();
    this.asked.push(name);
    const known = this.known[name];
    if (known === 'silence') return null;
    const addresses = query.readUInt16BE(end + 1) === A ? (known ?? []) : [];
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt16BE(query.readUInt16BE(0), 0);
    header.writeUInt16BE(known ? ANSWER : ANSWER | NO_SUCH_NAME, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    return Buffer.concat([header, question, ...addresses.map(recordOf)]);
  }
}

/** Of the name in the question, to be forgotten at once. */
function recordOf(address: string): Buffer {
  return Buffer.from([0xc0, HEADER_BYTES, 0, A, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]);
}
