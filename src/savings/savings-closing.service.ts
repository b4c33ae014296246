import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type IdempotencyClaim, type KeyedOutcome, KeyedWrites } from '../idempotency/index.js';
import { Ledger } from '../ledger/index.js';
import { type MovementOutcome, MovementsRepository, MovementsService, MovementTypes } from '../movements/index.js';
import { Clock, seoulDate } from '../platform/clock/clock.js';
import { within } from '../platform/clock/within.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { dayBefore, dayNumber, nextInterest } from './interest.js';
import { InterestRepository } from './interest.repository.js';
import { InterestService } from './interest.service.js';
import {
  type ClosingRead,
  isClosable,
  SAVINGS_CLOSING,
  type SavingsClosingDetails,
} from './savings-closing.movement.js';
import { SavingsService } from './savings.service.js';

/** What a closing was: a movement of what was left, or nothing but the account's end. */
export type ClosingOutcome =
  | { readonly kind: 'moved'; readonly outcome: MovementOutcome<SavingsClosingDetails> }
  | { readonly kind: 'empty'; readonly outcome: KeyedOutcome };

interface Closing {
  readonly userId: number;
  readonly accountId: number;
}

/** Closes savings accounts. */
@Injectable()
export class SavingsClosingService implements OnModuleInit {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly ledger: Ledger,
    private readonly movements: MovementsService,
    private readonly stored: MovementsRepository,
    private readonly types: MovementTypes,
    private readonly interest: InterestService,
    private readonly interestRows: InterestRepository,
    private readonly savings: SavingsService,
    private readonly keyed: KeyedWrites,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.types.keepRows(SAVINGS_CLOSING, {
      lock: (tx, requests) => this.read(tx, [...new Set(requests.map(({ accounts }) => accounts.counter as number))]),
      insert: (tx, rows) => {
        for (const { request, at } of rows) tx.writeLater(...endAgreement(request.accounts.counter as number, at));
      },
    });
  }

  /**
   * Posts the interest up to yesterday, moves all that is there to the main account, and closes the account. What is
   * less than a won of interest lapses.
   *
   * @throws Refusal InvalidUserId, AccountNotFound, AccountClosed, AccountFrozen, TemporarilyUnavailable while a deposit waits for the
   *   bank, and those of `MovementsService.move` and `KeyedWrites.once`
   */
  async close(closing: Closing, claim: IdempotencyClaim): Promise<ClosingOutcome> {
    const until = this.movements.answerBy();
    for (;;) {
      const earnedThrough = dayBefore(seoulDate(this.clock.now()));
      await this.interest.postAll(closing.userId, closing.accountId, earnedThrough, until);
      try {
        return await this.closeNow(closing, { earnedThrough }, claim, until);
      } catch (error) {
        // Money that came since has made more interest due, or a day has ended.
        const isWorthIt = error instanceof Refusal && error.answer === 'TemporarilyUnavailable';
        if (!isWorthIt || performance.now() > until) throw error;
        if (!(await this.isInterestDue(closing.accountId))) throw error;
      }
    }
  }

  private async isInterestDue(accountId: number): Promise<boolean> {
    const states = await this.transactions.read('plan-interest', (tx) => this.interestRows.findStates(tx, [accountId]));
    const state = states.get(accountId);
    return state !== undefined && nextInterest(state, dayNumber(dayBefore(seoulDate(this.clock.now())))) !== null;
  }

  private async closeNow(
    closing: Closing,
    details: SavingsClosingDetails,
    claim: IdempotencyClaim,
    until: number,
  ): Promise<ClosingOutcome> {
    const { userId, accountId } = closing;
    try {
      const asked = { declaration: SAVINGS_CLOSING, userId, amount: 0, claim, details };
      const findAccounts = () => this.savings.accountsOf(userId, accountId);
      return { kind: 'moved', outcome: await this.movements.move(asked, findAccounts, until) };
    } catch (error) {
      const answer = error instanceof Refusal ? error.answer : undefined;
      const isOwnEnd = answer === 'AccountClosed' && (await this.keyed.find(claim.scope, claim.key)) !== null;
      if (answer !== 'NotEnoughBalance' && !isOwnEnd) throw error;
      const outcome = await within(this.closeEmpty(closing, details, claim), until - performance.now());
      return { kind: 'empty', outcome: outcome ?? { kind: 'processing' } };
    }
  }

  /** An account on which there is nothing has no movement: the key is kept beside it. */
  private closeEmpty(
    { userId, accountId }: Closing,
    details: SavingsClosingDetails,
    claim: IdempotencyClaim,
  ): Promise<KeyedOutcome> {
    return this.keyed.once('close-savings', claim, async (tx) => {
      if ((await this.ledger.lockUser(tx, userId))?.isFrozen) throw new Refusal('AccountFrozen');
      const [account] = await this.ledger.lockAccounts(tx, [accountId]);
      if (account?.isClosed) throw new Refusal('AccountClosed');
      const isEmpty = account?.balance === 0 && isClosable(accountId, details, await this.read(tx, [accountId]));
      if (!isEmpty) throw new Refusal('TemporarilyUnavailable');
      const at = this.clock.now();
      await this.ledger.close(tx, accountId, at);
      await tx.query(...endAgreement(accountId, at));
      return accountId;
    });
  }

  private async read(tx: EntityManager, accountIds: readonly number[]): Promise<ClosingRead> {
    const states = await this.interestRows.findStates(tx, accountIds);
    return { states, awaited: await this.stored.findAwaited(tx, accountIds) };
  }
}

/** The account earns nothing any more, and nothing is paid into it by itself. */
function endAgreement(accountId: number, at: Date): [sql: string, values: unknown[]] {
  return [
    'UPDATE savings_accounts SET closed_at = ?, daily_deposit = NULL, deposit_seen = NULL WHERE account_id = ?',
    [at, accountId],
  ];
}
