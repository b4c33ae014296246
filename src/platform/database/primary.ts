import { Logger } from '@nestjs/common';
import { type Connection, type ConnectionOptions, createConnection, type RowDataPacket } from 'mysql2';
import { connect, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '../clock/within.js';
import { ConnectionLost } from './database-errors.js';
import { mistakeIn } from './server-mistakes.js';
import { NotWritable, proveWritable } from './writable.js';

/** A server that says nothing for so long does not take writes, as far as we can know. */
const PROOF_WITHIN_MS = 500;
/** How often all are asked: while none takes writes or a connection has just ended, and else. */
const SOON_MS = 150;
const CALM_MS = 1_000;

interface Place {
  host: string;
  port: number;
}

/** A socket of the pool's, and the server that it leads to once there is one. */
interface Way {
  readonly socket: Socket;
  readonly config: Place;
  to: Member | null;
}

/**
 * The one of several servers that takes writes. Connections lead to it alone: while there is none they wait, and those
 * to a server that has become read-only are broken at once.
 *
 * It never decides who is the primary, which is the engine's to say. Of two servers that both take writes it keeps the
 * one in use, and chooses none when it uses neither. A primary that was cut off from its group, and does not know yet
 * that there is another, can't do harm: without most of the group it can't commit (and says so to whoever may read
 * `replication_group_members`). Replication that lets both commit has lost money already, whoever talks to which.
 */
export class Primary {
  private readonly logger = new Logger('Database');
  private readonly members: readonly Member[];
  private readonly ways = new Set<Way>();
  /** Whose connections are in use. */
  private inUse: Member | null = null;
  /** False while nobody, or nobody for certain, takes writes. */
  private isKnown = false;
  private isSuspect = false;
  private isWatching = false;
  private said = '';

  constructor(places: readonly Readonly<Place>[], login: ConnectionOptions) {
    this.members = places.map((place) => new Member(place, login));
  }

  /** The driver takes the socket of each connection from here: it is connected once the primary is known. */
  readonly stream = ({ config }: { config: Place }): Socket => {
    const way: Way = { socket: new Socket().setNoDelay(true).setKeepAlive(true), config, to: null };
    this.ways.add(way);
    way.socket.once('close', () => {
      this.ways.delete(way);
      this.isSuspect = true;
    });
    if (this.isKnown && this.inUse) lead(way, this.inUse);
    void this.watch();
    return way.socket;
  };

  /** Goes on for as long as there are connections, or somebody waits for one. */
  private async watch(): Promise<void> {
    if (this.isWatching) return;
    this.isWatching = true;
    let lookAt = 0;
    for (; this.ways.size > 0; await sleep(SOON_MS)) {
      if (this.isKnown && !this.isSuspect && performance.now() < lookAt) continue;
      this.isSuspect = false;
      await this.look();
      lookAt = performance.now() + CALM_MS;
    }
    for (const member of this.members) member.leave();
    this.isWatching = this.isKnown = false;
    this.inUse = null; // what was the primary once may be a former one by the time that somebody asks again
  }

  private async look(): Promise<void> {
    const troubles = new Map(
      await Promise.all(this.members.map(async (member) => [member, await member.trouble()] as const)),
    );
    const writable = this.members.filter((member) => troubles.get(member) === null);
    const [only = null, ...others] = writable;
    const next = this.inUse && writable.includes(this.inUse) ? this.inUse : others.length === 0 ? only : null;
    this.isKnown = next !== null;
    if (next === null) {
      this.tell([...troubles].map(([{ name }, trouble]) => `${name}: ${reasonOf(trouble)}`).join(', '));
      if (this.inUse && troubles.get(this.inUse) instanceof NotWritable) this.breakAllBut(null);
      const mistaken = [...troubles.values()].find((trouble) => trouble !== null && mistakeIn(trouble));
      if (mistaken) for (const { socket, to } of this.ways) if (to === null) socket.destroy(mistaken);
      return;
    }
    this.tell('', next);
    this.inUse = next;
    this.breakAllBut(next);
    for (const way of this.ways) if (way.to === null) lead(way, next);
  }

  /** Whatever runs on them is told that its connection is lost, and is tried again on another one. */
  private breakAllBut(member: Member | null): void {
    for (const { socket, to } of this.ways) {
      if (to !== null && to !== member) socket.destroy(new ConnectionLost(`${to.name} does not take writes any more`));
    }
  }

  /** Says once that there is no primary, and who is. */
  private tell(trouble: string, primary?: Member): void {
    if (primary && (this.said !== '' || primary !== this.inUse)) this.logger.log(`${primary.name} takes the writes`);
    if (!primary && this.said === '') this.logger.warn(`Not one of the servers takes writes: ${trouble}`);
    this.said = trouble;
  }
}

/** A connection opened to a server that is demoted meanwhile is broken with all others to it. */
function lead(way: Way, member: Member): void {
  if (way.socket.destroyed) return; // nobody waited any longer
  way.to = member;
  Object.assign(way.config, member.place); // whose certificate it must be
  way.socket.connect(member.place);
}

const reasonOf = (trouble: Error | null) =>
  trouble ? trouble.message || (trouble as { code?: string }).code : 'takes writes, as another one does';

/** One of the servers, asked on a connection of its own. */
class Member {
  readonly name: string;
  private asking: { readonly connection: Connection; readonly socket: Socket } | null = null;

  constructor(
    readonly place: Readonly<Place>,
    private readonly login: ConnectionOptions,
  ) {
    this.name = `${place.host}:${place.port}`;
  }

  /** Null when it takes writes. */
  async trouble(): Promise<Error | null> {
    try {
      const query = (statement: string) => this.rowsOf(statement);
      if (
        await within(
          proveWritable({ query }).then(() => true),
          PROOF_WITHIN_MS,
        )
      )
        return null;
      throw new ConnectionLost('it does not answer');
    } catch (error) {
      if (!(error instanceof NotWritable)) this.leave();
      return error as Error;
    }
  }

  leave(): void {
    this.asking?.socket.destroy();
    this.asking = null;
  }

  private rowsOf(statement: string): Promise<unknown> {
    this.asking ??= this.ask();
    const { connection } = this.asking;
    return new Promise((resolve, reject) => {
      connection.query<RowDataPacket[]>(statement, (error, rows) => (error ? reject(error) : resolve(rows)));
    });
  }

  private ask() {
    const socket = connect(this.place);
    const connection = createConnection({ ...this.login, ...this.place, stream: socket });
    connection.on('error', () => undefined); // the next question meets it
    return { connection, socket };
  }
}
