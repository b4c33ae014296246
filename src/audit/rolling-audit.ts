import { type BankClient, type OrderKind } from '../bank/index.js';
import { type TransactionRunner } from '../platform/database/transaction-runner.js';
import { FINDINGS_KEPT } from './audit-history.js';
import { type AuditMemory, nothingRead, type Place } from './audit-memory.js';
import { type AuditReport, Findings, reportOf } from './audit-report.js';
import { BankReconciliation, ORDER_KINDS, selectSettled, tableOf } from './bank-reconciliation.js';
import type { Plan, Violation, Walk } from './checks.js';
import { AGAIN, BACKGROUND, Pace } from './pace.js';
import { Progress, type ProgressNow } from './progress.js';
import { listDays, todayAtBank } from './statement-days.js';
import { TableWalker, type Walked } from './table-walker.js';

/** With more doubts than this nothing more is sealed: something is very wrong, or the bank is away for long. */
const DOUBTS_MAX = 10_000;
/** How long one audit looks again at what is sealed. */
const AGAIN_MS = 300_000;
/** The bank may take up on the next day what was asked of it just before midnight, under the date of the day before. */
const STATEMENT_DAYS_OPEN = 2;

export interface RollingOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ProgressNow) => Promise<void> | void;
  /** How long to look again at what is sealed. */
  readonly againMs?: number;
}

/** The ids that an audit has before it in one table. */
interface Way {
  readonly walk: Walk;
  readonly place: Place;
  readonly upTo: number;
}

/**
 * The audit in the background: it proves what is new, and seals what can't change any more; then it looks at some of
 * what is sealed once more, slowly, beginning anew at the end. Every step is remembered, so that it goes on where it
 * was after the end of a process. What was wrong, or not final, when it was passed is looked at again by every audit.
 */
export class RollingAudit {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly bank: BankClient,
    private readonly plan: Plan,
    private readonly memory: AuditMemory,
  ) {}

  async run(options: RollingOptions): Promise<AuditReport> {
    await this.memory.begin();
    const audit = new OneAudit(this.transactions, this.bank, this.plan, this.memory, options);
    return audit.run();
  }

  /** To be called now and then: what is new can only be sealed some time after it was marked. */
  async mark(): Promise<void> {
    for (const { table, key, seals } of this.plan.walks) if (seals) await this.memory.mark(table, key);
  }
}

class OneAudit {
  private readonly findings = new Findings(FINDINGS_KEPT);
  private readonly rows: Record<string, number> = {};
  private readonly pace: Pace;
  private readonly walker: TableWalker;
  private readonly again: TableWalker;
  private readonly progress: Progress;
  private told: Promise<void> | void = undefined;

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly bank: BankClient,
    private readonly plan: Plan,
    private readonly memory: AuditMemory,
    private readonly options: RollingOptions,
  ) {
    this.pace = new Pace(BACKGROUND, options.signal);
    this.walker = new TableWalker(transactions, this.pace);
    this.again = new TableWalker(transactions, new Pace(AGAIN, options.signal));
    this.progress = new Progress((progress) => {
      this.told = options.onProgress(progress);
    });
  }

  async run(): Promise<AuditReport> {
    const started = { startedAt: new Date(), startedMs: performance.now() };
    for (const probe of this.plan.once) (await this.walker.probeOnce(probe)).forEach(this.findings.add);
    const ways: Way[] = [];
    for (const walk of this.plan.walks) ways.push(await this.wayOf(walk));
    for (const way of ways) this.progress.plan({ after: startOf(way), upTo: way.upTo });
    for (const way of ways) await this.walk(way);
    const sealed = (await this.memory.place('movements')).sealedUpTo;
    const reconciliation = new BankReconciliation(this.bank, this.transactions, this.pace, this.findings.add);
    const today = await todayAtBank(this.transactions);
    for (const kind of ORDER_KINDS) await this.reconcile(reconciliation, kind, sealed, today);
    await this.readStatements(reconciliation, today);
    const againUntilMs = performance.now() + (this.options.againMs ?? AGAIN_MS);
    for (const { walk } of ways) if (walk.seals) await this.lookAgain(walk, againUntilMs);
    return reportOf(started, this.rows, reconciliation.report, this.findings);
  }

  private async wayOf(walk: Walk): Promise<Way> {
    const decidedUpTo = walk.seals ? await this.memory.decide(walk.table, walk.key) : 0;
    const upTo = await this.walker.lastOf(walk);
    return { walk, place: { ...(await this.memory.place(walk.table)), decidedUpTo }, upTo };
  }

  /** The doubts of what lies behind; then what is decided, which is sealed on the way; then the rest. */
  private async walk(way: Way): Promise<void> {
    const { walk, place, upTo } = way;
    const start = startOf(way);
    const doubts = await this.memory.doubts(walk.table, start);
    const { wrong, pending } = await this.walker.probeIds(walk, doubts);
    wrong.forEach(this.findings.add);
    const still = [...idsOf(wrong), ...pending];
    await this.memory.settleDoubts(walk.table, doubts, still);

    this.progress.begin(walk.table, { after: start, upTo });
    const sealedEnd = Math.max(place.sealedUpTo, Math.min(place.decidedUpTo, upTo));
    let doubtsCount = still.length;
    const each = async (walked: Walked, maySeal: boolean) => {
      const found = doubtsOf(walked);
      doubtsCount += found.ids.length;
      const sealed = maySeal && found.areAllNamed && doubtsCount <= DOUBTS_MAX;
      // Once something was not sealed, nothing behind it can be.
      if (maySeal && !sealed) doubtsCount = Infinity;
      await this.memory.pass(walk.table, walked.range, { doubts: found.ids.slice(0, DOUBTS_MAX), sealed });
      walked.wrong.forEach(this.findings.add);
      this.progress.reach(walked.range.upTo);
      await this.told;
    };
    let count = 0;
    // What an interrupted audit has passed without sealing it is looked at again where it can be sealed by now.
    const sealing = { after: Math.min(start, place.sealedUpTo), upTo: sealedEnd };
    if (walk.seals) count += await this.walker.probe(walk, sealing, (walked) => each(walked, true));
    const rest = { after: Math.max(start, walk.seals ? sealedEnd : 0), upTo };
    count += await this.walker.probe(walk, rest, (walked) => each(walked, false));
    this.rows[walk.table] = count;
    this.progress.end();
  }

  private async lookAgain(walk: Walk, untilMs: number): Promise<void> {
    const { againUpTo, sealedUpTo } = await this.memory.place(walk.table);
    const known = new Set(await this.memory.doubts(walk.table, sealedUpTo));
    const over = new AbortController();
    try {
      await this.again.probe(walk, { after: againUpTo, upTo: sealedUpTo }, async (walked) => {
        const { ids } = doubtsOf(walked);
        walked.wrong.forEach(this.findings.add);
        const added = ids.filter((id) => !known.has(id)).slice(0, DOUBTS_MAX);
        await this.memory.passAgain(walk.table, walked.range.upTo, added);
        if (performance.now() < untilMs || walked.range.upTo >= sealedUpTo) return;
        over.abort();
        over.signal.throwIfAborted();
      });
      await this.memory.endAgain(walk.table);
    } catch (error) {
      if (!over.signal.aborted) throw error; // the next audit goes on there
    }
  }

  /** Orders of a kind of sealed movements, each once; those that were open or unclear then, again. */
  private async reconcile(
    reconciliation: BankReconciliation,
    kind: OrderKind,
    sealedUpTo: number,
    today: string,
  ): Promise<void> {
    const name = tableOf(kind);
    const { sealedUpTo: askedUpTo } = await this.memory.place(name);
    const doubts = await this.memory.doubts(name, askedUpTo);
    if (doubts.length > 0) {
      const settled = await this.transactions.read('audit-doubts', (reader) =>
        selectSettled(reader, kind, 'movement_id IN (?)', [doubts]),
      );
      const open = new Set(await this.openOf(kind, doubts));
      const doubtful = await reconciliation.compare(settled, today);
      await this.memory.settleDoubts(name, doubts, [...doubtful, ...doubts.filter((id) => open.has(id))]);
    }
    const ids = { after: askedUpTo, upTo: sealedUpTo };
    await this.walker.visit(
      { table: name, key: 'movement_id', alsoUpTo: [] },
      ids,
      async (reader, within) => {
        const settled = await selectSettled(reader, kind, within('movement_id'), []);
        const open: { id: number }[] = await reader.query(
          `SELECT movement_id AS id FROM ${name} WHERE ${within('movement_id')} AND status = 'PENDING'`,
        );
        return [{ settled, open: open.map(({ id }) => id) }];
      },
      async ([found], range) => {
        if (!found) return;
        if (reconciliation.isAway) return reconciliation.leaveOut(found.settled.length);
        const doubtful = await reconciliation.compare(found.settled, today);
        if (reconciliation.isAway) return;
        await this.memory.pass(name, range, { doubts: [...doubtful, ...found.open], sealed: true });
      },
    );
  }

  private async openOf(kind: OrderKind, ids: readonly number[]): Promise<number[]> {
    const rows: { id: number }[] = await this.transactions.read('audit-doubts', (reader) =>
      reader.query(`SELECT movement_id AS id FROM ${tableOf(kind)} WHERE movement_id IN (?) AND status = 'PENDING'`, [
        ids,
      ]),
    );
    return rows.map(({ id }) => id);
  }

  private async readStatements(reconciliation: BankReconciliation, today: string): Promise<void> {
    const read = await this.memory.statements();
    const days = await listDays(this.transactions, today);
    const open = new Set(days.slice(-STATEMENT_DAYS_OPEN));
    for (const day of days) {
      const places = read.get(day) ?? nothingRead();
      for (const kind of ORDER_KINDS) {
        const { readUpTo, isWhole } = places[kind];
        if (isWhole) continue;
        const { agreedUpTo, isWhole: agrees } = await reconciliation.readStatement(kind, day, readUpTo);
        places[kind] = { readUpTo: agreedUpTo, isWhole: agrees && !open.has(day) };
        if (agreedUpTo !== readUpTo || places[kind].isWhole) await this.memory.passStatement(day, places);
      }
    }
  }
}

function startOf({ place }: Way): number {
  return Math.max(place.sealedUpTo, place.reached);
}

/** The ids that a range leaves in doubt; not all are named when a wrong row has no number. */
function doubtsOf({ wrong, pending }: Walked): { ids: number[]; areAllNamed: boolean } {
  const ids = idsOf(wrong);
  return { ids: [...new Set([...ids, ...pending])], areAllNamed: ids.length === wrong.length };
}

/** Where a wrong row is found on its walk. */
function idsOf(wrong: readonly Violation[]): number[] {
  return wrong.flatMap(({ key }) => {
    const id = key['movement_id'] ?? key['linked_account_id'] ?? key['account_id'] ?? key['id'];
    return typeof id === 'number' ? [id] : [];
  });
}
