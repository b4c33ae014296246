import type { Fields, Operation, ReadIntent } from '../history.js';
import { dayNumber } from './days.js';
import { type Evidence, groupBy } from './evidence.js';

/** What a partner got on a business day, or gave back (then it is negative), in won. */
interface Line {
  readonly movementId: number;
  readonly type: 'payment' | 'capture' | 'cancel';
  readonly amount: number;
}

interface Owned extends Line {
  readonly partnerId: number | undefined;
  readonly businessDate: string;
}

/** A day of a period. Amounts are won. */
interface ShownDay {
  readonly date: string;
  readonly paymentCount: number;
  readonly payments: number;
  readonly captureCount: number;
  readonly captures: number;
  readonly cancelCount: number;
  readonly cancels: number;
  readonly net: number;
  readonly isClosed: boolean;
}

/** A day alone. Amounts are won. */
interface ShownSettlement extends Pick<ShownDay, 'date' | 'cancelCount' | 'cancels' | 'net'> {
  readonly count: number;
  readonly gross: number;
}

const WANTED = /^\/partners\/(\d+)\/settlements\?(?:date=([\d-]+)|from=([\d-]+)&to=([\d-]+))/;

/** What a partner is owed: of days that are over exactly what came of them; of others no less than was told before. */
export class Settlements {
  private readonly evidence: Evidence;
  private readonly days: ReadonlyMap<string, readonly Line[]>;

  constructor(evidence: Evidence) {
    this.evidence = evidence;
    const { payments, authorizationEnds, cancels } = evidence.state;
    const amountOf = (movementId: number) => evidence.movements.get(movementId)?.amount ?? 0;
    const isPaid = ({ movementId }: { movementId: number }) => {
      const movement = evidence.movements.get(movementId);
      return movement?.type === 'PAYMENT' && movement.status === 'COMPLETED';
    };
    const lines: Owned[] = [
      ...payments.filter(isPaid).map(({ movementId, partnerId, businessDate }) => {
        return { partnerId, businessDate, movementId, type: 'payment' as const, amount: amountOf(movementId) };
      }),
      ...authorizationEnds
        .filter(({ outcome }) => outcome === 'CAPTURED')
        .map(({ movementId, partnerId, businessDate, capturedAmount: amount }) => {
          return { partnerId, businessDate, movementId, type: 'capture' as const, amount };
        }),
      ...cancels.map(({ movementId, paymentId, businessDate, amount }) => {
        const partnerId = evidence.payments.get(paymentId)?.partnerId;
        return { partnerId, businessDate, movementId, type: 'cancel' as const, amount: -amount };
      }),
    ];
    this.days = groupBy(lines, ({ partnerId, businessDate }) => `${partnerId} ${businessDate}`);
  }

  /** `settled`: when each movement was first told to be done. Whether it was a settlement that was read. */
  check(read: Operation<ReadIntent>, settled: ReadonlyMap<number, number>, detail: Fields): boolean {
    const [, partnerId, date, from, to] = WANTED.exec(read.intent.path) ?? [];
    if (partnerId === undefined) return false;
    if (date !== undefined) {
      const { count, gross, ...shown } = detail as unknown as ShownSettlement;
      const isClosed = date < read.days[0];
      const [came, captured] = [
        { count, amount: gross },
        { count: 0, amount: 0 },
      ];
      this.checkDay({ read, settled, partnerId, day: date, isClosed }, { ...shown, came, captured, isTogether: true });
      return true;
    }
    const items = detail['items'] as ShownDay[];
    const missing = dayNumber(to as string) - dayNumber(from as string) + 1 - items.length;
    if (detail['nextCursor'] === null && missing !== 0) this.violate(read, `${missing} days are missing`);
    for (const { date: day, isClosed, ...shown } of items) {
      const came = { count: shown.paymentCount, amount: shown.payments };
      const captured = { count: shown.captureCount, amount: shown.captures };
      if (day < read.days[0] && read.final && !isClosed) this.violate(read, `${day} is over, but not closed`);
      this.checkDay({ read, settled, partnerId, day, isClosed }, { ...shown, came, captured, isTogether: false });
    }
    return true;
  }

  private checkDay(
    asked: {
      readonly read: Operation<ReadIntent>;
      readonly settled: ReadonlyMap<number, number>;
      readonly partnerId: string;
      readonly day: string;
      readonly isClosed: boolean;
    },
    shown: Pick<ShownDay, 'cancelCount' | 'cancels' | 'net'> & {
      readonly came: Sum;
      readonly captured: Sum;
      /** Payments and captures are one sum. */
      readonly isTogether: boolean;
    },
  ): void {
    const { read, settled, partnerId, day, isClosed } = asked;
    const lines = this.days.get(`${partnerId} ${day}`) ?? [];
    const told = lines.filter(({ movementId }) => (settled.get(movementId) ?? Infinity) < read.startedMs);
    const { came, captured, cancelCount, cancels, net } = shown;
    const all: readonly (readonly [sum: Sum, types: readonly Line['type'][]])[] = [
      [came, shown.isTogether ? ['payment', 'capture'] : ['payment']],
      [captured, shown.isTogether ? [] : ['capture']],
      [{ count: cancelCount, amount: cancels }, ['cancel']],
    ];
    for (const [sum, types] of all) {
      const [least, most] = [sumOf(told, types), sumOf(lines, types)];
      const isRight = isClosed
        ? sum.count === most.count && sum.amount === most.amount
        : sum.count >= least.count &&
          sum.count <= most.count &&
          sum.amount >= least.amount &&
          sum.amount <= most.amount;
      if (isRight) continue;
      const bounds = `${JSON.stringify(least)} to ${JSON.stringify(most)}`;
      this.violate(read, `${types.join(' and ')} of ${day}${isClosed ? ', which is over' : ''}: ${bounds}`);
    }
    if (net !== came.amount + captured.amount - cancels) this.violate(read, `${day}: the net sum is ${net}`);
  }

  private violate(read: Operation<ReadIntent>, what: string): void {
    const { outcome, intent } = read;
    const shown = outcome.kind === 'answered' ? JSON.stringify(outcome.detail) : '';
    this.evidence.violate('a settlement is what came of its day', `${intent.path}: ${what}; told was ${shown}`, read);
  }
}

interface Sum {
  readonly count: number;
  readonly amount: number;
}

function sumOf(lines: readonly Line[], types: readonly Line['type'][]): Sum {
  const own = lines.filter(({ type }) => types.includes(type));
  return { count: own.length, amount: Math.abs(own.reduce((sum, { amount }) => sum + amount, 0)) };
}
