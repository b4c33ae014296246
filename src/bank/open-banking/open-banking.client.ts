import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Clock, seoulCompact } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import {
  BankClient,
  type BankOrder,
  type BankOutcome,
  type InquiryOrder,
  type InquiryOutcome,
  MISMATCH,
  type OrderKind,
  type ReceiptsPage,
} from '../bank-client.js';
import {
  type Answer,
  classifyInquiry,
  classifyOrder,
  isHealthy,
  refusesToken,
  type Sending,
} from './answer-classification.js';
import { BankConnection, Deadline } from './bank-connection.js';
import { CallGuard, type TurnedAway } from './call-guard.js';
import { inquiryMessage, payoutMessage, withdrawalMessage } from './messages.js';
import { contractAccountHandle, readStatement, statementPath } from './statement.js';
import { INSTITUTION, Tokens } from './tokens.js';

/**
 * So many failures in a row open a bank's circuit, at most so many of them of one account; and how long it stays open.
 */
const FAILURES_MAX = 10;
const FAILURES_PER_ACCOUNT = 4;
const OPEN_MS = 2000;
/** Beyond this many who wait for one bank, callers are turned away at once rather than late. */
const WAITING_MAX = 1_000;
/** The share of a bank's slots, and of the line for them, that one account may take. */
const SHARE_PER_ACCOUNT = 1 / 4;

/** How a conversation ended, the token included; only `lost` may have moved money unseen. */
type Ending =
  | ({ readonly kind: 'answered'; readonly hasFailed: boolean } & Answer)
  | {
      readonly kind: 'neverSent';
      readonly hasFailed: boolean;
      readonly why: string;
      /** Where the bank has refused us a token. */
      readonly code?: string;
      /** Where it is our own doing. */
      readonly turnedAway?: TurnedAway;
    }
  | { readonly kind: 'lost'; readonly hasFailed: true; readonly why: string };

/** What is said, and in whose name: a linked account's, or the institution's. */
interface Message {
  readonly path: string;
  readonly holder: string;
  /** Null: a question by its path alone. */
  readonly body: object | null;
}

/**
 * The bank over KFTC Open Banking. Each bank behind it has slots, a queue and a circuit of its own. `BANK_TIMEOUT_MS`
 * bounds each call once it has its slot: its token and itself.
 */
@Injectable()
export class OpenBankingClient extends BankClient implements OnApplicationShutdown {
  private readonly logger = new Logger('OpenBanking');
  private readonly connection: BankConnection;
  private readonly tokens: Tokens;
  /** By the bank's code. */
  private readonly guards = new Map<string, CallGuard>();

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {
    super();
    const { bankUrl, bankTimeoutMs, bankClientId, bankClientSecret } = config;
    this.connection = new BankConnection(bankUrl, null, bankTimeoutMs);
    this.tokens = new Tokens(this.connection, { id: bankClientId, secret: bankClientSecret });
  }

  override isAvailable(bankCode: string): boolean {
    return this.guards.get(bankCode)?.isAvailable ?? true;
  }

  override async send(order: BankOrder, giveUpAt: number): Promise<BankOutcome> {
    return this.judge(order, 'first', (message) => this.inTurn(order, giveUpAt, message));
  }

  override resend(order: BankOrder): Promise<BankOutcome> {
    return this.judge(order, 'again', (message) => this.exchange(message));
  }

  override async inquire(order: BankOrder, giveUpAt: number): Promise<InquiryOutcome> {
    const startedMs = performance.now();
    const ending = await this.inTurn(order, giveUpAt, this.questionAbout([order]));
    const outcome = ending.kind === 'answered' ? classifyInquiry(ending, order) : unanswered(ending.why);
    this.tell('inquiry', order, outcome, startedMs);
    return outcome;
  }

  override async inquireAll(orders: readonly InquiryOrder[]): Promise<InquiryOutcome[]> {
    const startedMs = performance.now();
    const ending = await this.exchange(this.questionAbout(orders));
    const seconds = (performance.now() - startedMs) / 1000;
    this.metrics.bankCallSeconds.observe({ call: 'inquiries', outcome: ending.kind }, seconds);
    const outcomes = orders.map((order) =>
      ending.kind === 'answered' ? classifyInquiry(ending, order, orders.length) : unanswered(ending.why),
    );
    outcomes.forEach((outcome, place) => this.log('inquiry', orders[place] as InquiryOrder, outcome));
    return outcomes;
  }

  override async listReceipts(kind: OrderKind, day: string, after: string | null): Promise<ReceiptsPage> {
    const startedMs = performance.now();
    const { bankContractAccount, bankInstitutionCode } = this.config;
    const holder = contractAccountHandle(bankContractAccount);
    const askedAt = seoulCompact(this.clock.now());
    const path = statementPath({ kind, holder, bankInstitutionCode, day, after, askedAt });
    const ending = await this.exchange({ path, holder, body: null });
    const page: ReceiptsPage =
      ending.kind === 'answered' ? readStatement(ending, day) : { kind: 'unknown', why: ending.why };
    const seconds = (performance.now() - startedMs) / 1000;
    this.metrics.bankCallSeconds.observe({ call: 'statement', outcome: page.kind }, seconds);
    return page;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }

  private async judge(
    order: BankOrder,
    sending: Sending,
    send: (message: Message) => Promise<Ending>,
  ): Promise<BankOutcome> {
    const startedMs = performance.now();
    const ending = await send(this.messageFor(order));
    const outcome =
      ending.kind === 'answered' ? classifyOrder(ending, order, sending) : outcomeWithoutAnswer(ending, sending);
    this.tell(order.kind, order, outcome, startedMs);
    return outcome;
  }

  /** Money is taken in its owner's name, and paid out in the institution's. */
  private messageFor(order: BankOrder): Message {
    const { bankContractAccount, bankPassPhrase } = this.config;
    if (order.kind === 'payout') {
      const body = payoutMessage(order, bankContractAccount, bankPassPhrase);
      return { path: '/v2.0/transfer/deposit/fin_num', holder: INSTITUTION, body };
    }
    const body = withdrawalMessage(order, bankContractAccount);
    return { path: '/v2.0/transfer/withdraw/fin_num', holder: order.fintechUseNum, body };
  }

  private questionAbout(orders: readonly InquiryOrder[]): Message {
    const body = inquiryMessage(orders, seoulCompact(this.clock.now()));
    return { path: '/v2.0/transfer/result', holder: INSTITUTION, body };
  }

  /** Once the account has one of its bank's slots. */
  private inTurn(order: BankOrder, giveUpAt: number, message: Message): Promise<Ending> {
    const { bankCode, fintechUseNum: account } = order;
    return this.guardOf(bankCode).run(
      { account, giveUpAt },
      () => this.exchange(message),
      (turnedAway) => {
        const why = turnedAway === 'busy' ? 'no slot became free in time' : 'the circuit is open';
        return { kind: 'neverSent', hasFailed: false, why, turnedAway };
      },
    );
  }

  private guardOf(bankCode: string): CallGuard {
    const known = this.guards.get(bankCode);
    if (known) return known;
    const slots = this.config.bankConcurrency;
    const options = {
      slots,
      slotsPerOwner: Math.ceil(slots * SHARE_PER_ACCOUNT),
      waitingMax: WAITING_MAX,
      waitingPerOwnerMax: WAITING_MAX * SHARE_PER_ACCOUNT,
      failuresMax: FAILURES_MAX,
      failuresPerAccount: FAILURES_PER_ACCOUNT,
      openMs: OPEN_MS,
    };
    const guard = new CallGuard(options, (isOpen) => this.tellCircuit(bankCode, isOpen));
    this.guards.set(bankCode, guard);
    return guard;
  }

  /** A refused token is replaced once and the same message, with the same id, sent again. */
  private async exchange({ path, holder, body }: Message): Promise<Ending> {
    const deadline = new Deadline(this.config.bankTimeoutMs);
    for (let isRenewed = false; ; isRenewed = true) {
      const token = await this.tokens.get(holder, deadline);
      if (token.kind === 'unavailable') return { kind: 'neverSent', hasFailed: true, why: token.why };
      if (token.kind === 'refused') {
        return { kind: 'neverSent', hasFailed: false, why: `no token: ${token.code}`, code: token.code };
      }
      const exchange = body
        ? await this.connection.postJson(path, token.value, body, deadline)
        : await this.connection.get(path, token.value, deadline);
      if (exchange.kind !== 'answered') return { ...exchange, hasFailed: true };
      if (isRenewed || !refusesToken(exchange)) return { ...exchange, hasFailed: !isHealthy(exchange) };
      this.tokens.forget(holder, token.value);
    }
  }

  private tell(call: OrderKind | 'inquiry', order: InquiryOrder, outcome: InquiryOutcome, startedMs: number): void {
    this.metrics.bankCallSeconds.observe({ call, outcome: outcome.kind }, (performance.now() - startedMs) / 1000);
    if (outcome.kind === 'unknown' && outcome.why !== MISMATCH) {
      this.logger.warn(`${call} ${order.bankTranId} is unknown: ${outcome.why}`);
    } else {
      this.log(call, order, outcome);
    }
  }

  /** What a person has to look at. */
  private log(call: OrderKind | 'inquiry', { bankTranId }: InquiryOrder, outcome: InquiryOutcome): void {
    if (outcome.kind === 'unknown' && outcome.why === MISMATCH) {
      this.logger.error(`${call} ${bankTranId} is unknown: ${MISMATCH}`);
    } else if (outcome.kind === 'refused' && outcome.reason === 'CONFIGURATION') {
      this.logger.error(`${call} ${bankTranId} is refused with ${outcome.bankCode}: our configuration is wrong`);
    }
  }

  private tellCircuit(bank: string, isOpen: boolean): void {
    this.metrics.bankCircuitOpen.set({ bank }, isOpen ? 1 : 0);
    if (isOpen) this.logger.warn(`${FAILURES_MAX} failures in a row: bank ${bank} is left alone for ${OPEN_MS} ms`);
    else this.logger.log(`Bank ${bank} answers again`);
  }
}

/** Only a first message that was never sent is a refusal: an earlier one may have arrived. */
function outcomeWithoutAnswer(ending: Exclude<Ending, { kind: 'answered' }>, sending: Sending): BankOutcome {
  if (ending.kind === 'lost' || sending === 'again') return unanswered(ending.why);
  if (ending.code !== undefined) return { kind: 'refused', reason: 'CONFIGURATION', bankCode: ending.code };
  return { kind: 'refused', reason: ending.turnedAway === 'busy' ? 'BUSY' : 'UNAVAILABLE', bankCode: 'NOT_SENT' };
}

function unanswered(why: string): BankOutcome {
  return { kind: 'unknown', why, isUnanswered: true };
}
