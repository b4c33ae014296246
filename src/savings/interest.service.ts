import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { claimOf } from '../idempotency/index.js';
import { MovementsService, MovementTypes } from '../movements/index.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { UsersService } from '../users/index.js';
import { dayNumber, dayOfNumber, listInterest } from './interest.js';
import { INTEREST } from './interest.movement.js';
import { InterestRepository, type SavingsOwner } from './interest.repository.js';

/** Of one account so many days are planned at once. */
const DAYS_MAX = 128;

/** Interest that is to be posted. */
export interface PlannedInterest extends SavingsOwner {
  /** YYYY-MM-DD */
  readonly day: string;
  /** won */
  readonly amount: number;
}

/** What interest is due, and its posting, once for each account and day. */
@Injectable()
export class InterestService implements OnModuleInit {
  private readonly logger = new Logger(InterestService.name);

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly users: UsersService,
    private readonly movements: MovementsService,
    private readonly types: MovementTypes,
    private readonly interest: InterestRepository,
  ) {}

  onModuleInit(): void {
    this.types.keepRows(INTEREST, {
      lock: (tx, requests) =>
        this.interest.findStates(tx, [...new Set(requests.map(({ accounts }) => accounts.counter as number))]),
      insert: (tx, rows) => Promise.resolve(this.interest.insert(tx, rows)),
    });
  }

  /** What is due up to the end of `day`, in the order in which it must be posted; `cut`: of which there is more. */
  async plan(accounts: readonly SavingsOwner[], day: string): Promise<{ due: PlannedInterest[]; cut: Set<number> }> {
    const ids = accounts.map(({ accountId }) => accountId);
    const states = await this.transactions.read('plan-interest', (reader) => this.interest.findStates(reader, ids));
    const cut = new Set<number>();
    const due = accounts.flatMap((owner) => {
      const { accountId } = owner;
      const state = states.get(accountId);
      const ofAccount = state ? listInterest(state, dayNumber(day), DAYS_MAX) : [];
      if (ofAccount.length === DAYS_MAX) cut.add(accountId);
      return ofAccount.map((one) => ({ ...owner, day: dayOfNumber(one.day), amount: one.amount }));
    });
    return { due, cut };
  }

  /**
   * Posts all that is due of one account up to the end of `day`. Gives up when something is late.
   *
   * @throws Refusal InvalidUserId
   */
  async postAll(userId: number, accountId: number, day: string, until: number): Promise<void> {
    const owner = { userId, accountId, mainAccountId: await this.users.getMainAccountId(userId) };
    while (performance.now() < until) {
      const { due } = await this.plan([owner], day);
      const posted = await Promise.all(due.map((one) => this.post(one, until)));
      if (due.length === 0 || posted.includes(false)) return;
    }
  }

  /**
   * Posts what was planned, by `until` (`performance.now()`); false when that is not certain (somebody else has the
   * account, the database is away). How much it is, and whether it is due at all, is decided again under the account's
   * lock.
   */
  async post(planned: PlannedInterest, until = this.movements.answerBy()): Promise<boolean> {
    const { accountId, userId, mainAccountId, day, amount } = planned;
    const claim = claimOf('interest', `${accountId}/${day}`, { accountId, day });
    try {
      const asked = { declaration: INTEREST, userId, amount, claim, details: { day, decided: null } };
      const findAccounts = () => Promise.resolve({ main: mainAccountId, counter: accountId });
      const outcome = await this.movements.move(asked, findAccounts, until);
      return outcome.kind === 'completed' || outcome.kind === 'duplicate';
    } catch (error) {
      const level = error instanceof Refusal ? 'debug' : 'error';
      this.logger[level]({ message: `interest of account ${accountId} for ${day} is not posted yet`, err: error });
      return false;
    }
  }
}
