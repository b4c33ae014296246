import type { EntityManager } from 'typeorm';
import type { BatchTransaction, NewId, Statement } from '../platform/database/batch-transactions.js';
import type { Resolution } from './movement.decision.js';
import type { MovementView } from './movement.entity.js';
import type { MovementDeclaration, MovementRequest } from './movement.declaration.js';

/** A new movement, as its room records it. */
export interface RecordedMovement<Details = unknown> {
  readonly movementId: NewId;
  readonly request: MovementRequest<Details>;
  readonly status: 'COMPLETED' | 'PENDING';
  readonly at: Date;
}

/** How a movement stands that somebody has to accept. */
export interface Acceptance {
  readonly status: (typeof ACCEPTANCES)[number];
  /** When it goes back by itself. */
  readonly expiresAt: Date;
  /** Null while it is HELD. */
  readonly endedAt: Date | null;
}

export const ACCEPTANCES = ['HELD', 'ACCEPTED', 'CANCELED', 'EXPIRED'] as const;

/** The rows that a room keeps of its own movements, all in the transaction of their group. Each part may be missing. */
export interface MovementRows<Details = unknown> {
  /**
   * What the declaration's rule needs to know, read in the message that locks the accounts: it costs no round trip.
   * `read` is given what the statement has found, and the time of the group.
   */
  readonly withLock?: {
    statement(requests: readonly MovementRequest<Details>[]): Statement;
    read(rows: readonly unknown[], at: Date): unknown;
  };
  /** Locks (ascending, after the accounts) and reads what the declaration's rule needs to know. */
  lock?(tx: EntityManager, requests: readonly MovementRequest<Details>[]): Promise<unknown>;
  /** Writes the rows of new movements: after these, so put off as they are. */
  insert?(tx: BatchTransaction, rows: readonly RecordedMovement<Details>[]): Promise<void> | void;
  /** Told of what was PENDING and has ended; a failed one gives back what it claimed. */
  settle?(
    tx: BatchTransaction,
    movements: readonly Resolution[],
    end: Pick<MovementView, 'status' | 'failureCode'>,
    at: Date,
  ): Promise<void> | void;
  /** For each of these, the movement that holds what it claims besides its key. */
  findHolders?(reader: EntityManager, details: readonly Details[]): Promise<(number | null)[]>;
  /** Of COMPLETED movements that somebody has to accept: how they stand. */
  findAcceptances?(reader: EntityManager, movementIds: readonly number[]): Promise<Map<number, Acceptance>>;
  /** Of movements that are a payment, or a part of one: the payment's id. */
  findPaymentIds?(reader: EntityManager, movementIds: readonly number[]): Promise<Map<number, number>>;
  /** The details of stored movements, where a later request can't tell them. */
  findDetails?(reader: EntityManager, movementIds: readonly number[]): Promise<Map<number, Details>>;
}

/** Hears of every movement that ends, of whatever type, in the transaction in which it does. */
export interface MovementListener {
  /** Where nobody wants to hear of those that are COMPLETED, their numbers need not be known before COMMIT. */
  isListening(tx: EntityManager): Promise<boolean>;
  ended(tx: BatchTransaction, movements: readonly MovementView[]): Promise<void>;
}

/** Every way in which money moves, the rows that rooms keep beside their movements, and who hears of all of them. */
export class MovementTypes {
  private readonly declarations: ReadonlyMap<string, MovementDeclaration>;
  private readonly rows = new Map<MovementDeclaration, MovementRows>();
  /** Null until the service starts, and in tests of this room alone. */
  listener: MovementListener | null = null;

  /** @throws Error for what can be declared and decided, but is not carried out yet */
  constructor(declarations: readonly MovementDeclaration[]) {
    for (const { type, legs } of declarations) {
      if (legs.some(({ amount }) => amount === 'fee')) throw new Error(`${type}: nothing keeps its fee yet`);
    }
    this.declarations = new Map(declarations.map((declaration) => [declaration.type, declaration]));
  }

  /** Called by a room when the service starts. */
  keepRows<Details>(declaration: MovementDeclaration<Details>, rows: MovementRows<Details>): void {
    this.rows.set(declaration, rows);
  }

  /** Called when the service starts. */
  listen(listener: MovementListener): void {
    this.listener = listener;
  }

  rowsOf(declaration: MovementDeclaration): MovementRows {
    return this.rows.get(declaration) ?? {};
  }

  /** The types that are declared, as clients know them. */
  get names(): readonly string[] {
    return [...this.declarations.keys()];
  }

  /** How those of these movements stand that somebody has to accept. */
  async acceptancesOf(
    reader: EntityManager,
    movements: readonly Pick<MovementView, 'id' | 'type' | 'status'>[],
  ): Promise<Map<number, Acceptance>> {
    const found = new Map<number, Acceptance>();
    for (const [declaration, rows] of this.rows) {
      const own = movements.filter(({ type, status }) => type === declaration.type && status === 'COMPLETED');
      if (own.length === 0) continue;
      const ids = own.map(({ id }) => id);
      for (const [id, acceptance] of (await rows.findAcceptances?.(reader, ids)) ?? []) found.set(id, acceptance);
    }
    return found;
  }

  /** The payments that those of these movements belong to which are a part of one. */
  async paymentIdsOf(
    reader: EntityManager,
    movements: readonly Pick<MovementView, 'id' | 'type'>[],
  ): Promise<Map<number, number>> {
    const found = new Map<number, number>();
    for (const [type, own] of Map.groupBy(movements, (movement) => movement.type)) {
      const ids = own.map(({ id }) => id);
      const rows = this.rowsOf(this.get(type));
      for (const [id, paymentId] of (await rows.findPaymentIds?.(reader, ids)) ?? []) found.set(id, paymentId);
    }
    return found;
  }

  /** @throws Error for a type that is not declared: a defect */
  get(type: string): MovementDeclaration {
    const declaration = this.declarations.get(type);
    if (!declaration) throw new Error(`${type} is not declared`);
    return declaration;
  }
}
