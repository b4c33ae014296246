import { randomBytes } from 'node:crypto';
import type { BankOrder } from '../bank/index.js';
import type { Decision, Resolution } from './movement.decision.js';
import type { MovementRequest } from './movement.declaration.js';
import type { MovementView } from './movement.entity.js';

/** Something on its way through the database, and who waits for what becomes of it. */
abstract class Queued<Outcome> {
  private readonly settler = Promise.withResolvers<Outcome>();
  /** Nobody waits any more, or it has ended: it is not taken up again. */
  isOver = false;
  /** It is decided and on its way to COMMIT: it can't be called off any more. */
  isUnderWay = false;
  /** A COMMIT that it was part of went unanswered: it may be written for all we know. */
  isLost = false;
  /** How often an account of it was locked by somebody else. */
  timesLocked = 0;

  /** @param giveUpAt when to give up waiting for locked accounts, by `performance.now()` */
  constructor(readonly giveUpAt: number) {}

  get outcome(): Promise<Outcome> {
    return this.settler.promise;
  }

  end(outcome: Outcome): void {
    this.isOver = true;
    this.settler.resolve(outcome);
  }

  fail(error: unknown): void {
    this.isOver = true;
    // Whoever waited may have left.
    this.outcome.catch(() => undefined);
    this.settler.reject(error);
  }
}

/** What was decided of a request, once it is committed; `movementId` is 0 where there is no movement. */
interface Posted {
  readonly decision: Decision;
  readonly movementId: number;
  /** What the bank is to be asked for; null where it isn't. */
  readonly order: BankOrder | null;
  readonly at: Date;
}

/** One go at a request. Its id tells its row, after a lost COMMIT, from one of somebody else with the same key. */
export class Attempt extends Queued<Posted> {
  readonly attemptId = newAttemptId();

  /** @param mustLook somebody may hold its claims: look before it is decided */
  constructor(
    readonly request: MovementRequest,
    giveUpAt: number,
    public mustLook: boolean,
  ) {
    super(giveUpAt);
  }

  /** What it adds to a group's message at most: text is escaped, and three bytes long in UTF-8. */
  get bytes(): number {
    return ATTEMPT_BYTES + 3 * this.request.claim.payloadLength;
  }
}

const ID_BYTES = 16;
const IDS_AT_ONCE = 256;
let random = Buffer.alloc(0);
let taken = 0;

/** Random bytes are made for many: asking for 16 alone takes ten times as long as all the rest of an attempt. */
function newAttemptId(): Buffer {
  if (taken === random.length) {
    random = randomBytes(IDS_AT_ONCE * ID_BYTES);
    taken = 0;
  }
  return random.subarray(taken, (taken += ID_BYTES));
}

/** A movement row, its entries, its account and its events, without what the request says. */
const ATTEMPT_BYTES = 3_000;

/** One go at a resolution; its outcome is the movement as it stands then, whoever settled it. */
export class ResolutionAttempt extends Queued<MovementView> {
  readonly bytes = ATTEMPT_BYTES;

  constructor(
    readonly resolution: Resolution,
    giveUpAt: number,
  ) {
    super(giveUpAt);
  }
}
