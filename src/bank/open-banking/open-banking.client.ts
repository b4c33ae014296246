import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Clock, seoulCompact } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import {
  BankClient,
  type BankOutcome,
  type InquiryOrder,
  type InquiryOutcome,
  MISMATCH,
  type WithdrawalOrder,
} from '../bank-client.js';
import {
  type Answer,
  classifyInquiry,
  classifyWithdrawal,
  isHealthy,
  refusesToken,
  type Sending,
} from './answer-classification.js';
import { BankConnection, Deadline } from './bank-connection.js';
import { CallGuard } from './call-guard.js';
import { inquiryMessage, withdrawalMessage } from './messages.js';
import { INSTITUTION, Tokens } from './tokens.js';

/** Consecutive failures that open the circuit, and how long it stays open. */
const FAILURES_MAX = 10;
const OPEN_MS = 2000;

/** How a conversation ended, the token included; only `lost` may have moved money unseen. */
type Ending =
  | ({ readonly kind: 'answered'; readonly failed: boolean } & Answer)
  | { readonly kind: 'neverSent'; readonly failed: boolean; readonly why: string; readonly code?: string }
  | { readonly kind: 'lost'; readonly failed: true; readonly why: string };

/** The bank over KFTC Open Banking. `BANK_TIMEOUT_MS` bounds each call as a whole: its turn, its token and itself. */
@Injectable()
export class OpenBankingClient extends BankClient implements OnApplicationShutdown {
  private readonly logger = new Logger('OpenBanking');
  private readonly connection: BankConnection;
  private readonly tokens: Tokens;
  private readonly guard: CallGuard;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {
    super();
    const { bankUrl, bankConcurrency, bankTimeoutMs, bankClientId, bankClientSecret } = config;
    this.connection = new BankConnection(bankUrl, bankConcurrency, bankTimeoutMs);
    this.tokens = new Tokens(this.connection, { id: bankClientId, secret: bankClientSecret });
    const options = { concurrency: bankConcurrency, failuresMax: FAILURES_MAX, openMs: OPEN_MS };
    this.guard = new CallGuard(options, (isOpen) => this.tellCircuit(isOpen));
  }

  override get available(): boolean {
    return this.guard.available;
  }

  override withdraw(order: WithdrawalOrder): Promise<BankOutcome> {
    return this.send(order, 'first');
  }

  override resend(order: WithdrawalOrder): Promise<BankOutcome> {
    return this.send(order, 'again');
  }

  override async inquire(order: InquiryOrder): Promise<InquiryOutcome> {
    const startedMs = performance.now();
    const ending = await this.converseAbout([order]);
    const outcome: InquiryOutcome =
      ending.kind === 'answered' ? classifyInquiry(ending, order) : { kind: 'unknown', why: ending.why };
    this.tell('inquiry', order, outcome, startedMs);
    return outcome;
  }

  override async inquireAll(orders: readonly InquiryOrder[]): Promise<InquiryOutcome[]> {
    const startedMs = performance.now();
    const ending = await this.converseAbout(orders);
    const seconds = (performance.now() - startedMs) / 1000;
    this.metrics.bankCallSeconds.observe({ call: 'inquiries', outcome: ending.kind }, seconds);
    return orders.map((order) =>
      ending.kind === 'answered' ? classifyInquiry(ending, order, orders.length) : { kind: 'unknown', why: ending.why },
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }

  private async send(order: WithdrawalOrder, sending: Sending): Promise<BankOutcome> {
    const startedMs = performance.now();
    const message = withdrawalMessage(order, this.config.bankContractAccount);
    const ending = await this.converse('/v2.0/transfer/withdraw/fin_num', order.fintechUseNum, message);
    const outcome =
      ending.kind === 'answered' ? classifyWithdrawal(ending, order, sending) : outcomeWithoutAnswer(ending, sending);
    this.tell('withdrawal', order, outcome, startedMs);
    return outcome;
  }

  private converseAbout(orders: readonly InquiryOrder[]): Promise<Ending> {
    return this.converse('/v2.0/transfer/result', INSTITUTION, inquiryMessage(orders, seoulCompact(this.clock.now())));
  }

  private converse(path: string, holder: string, message: object): Promise<Ending> {
    const deadline = new Deadline(this.config.bankTimeoutMs);
    return this.guard.run(
      () => this.exchange(path, holder, message, deadline),
      (why) => ({ kind: 'neverSent', failed: false, why }),
    );
  }

  /** A refused token is replaced once and the same message, with the same id, sent again. */
  private async exchange(path: string, holder: string, message: object, deadline: Deadline): Promise<Ending> {
    for (let isRenewed = false; ; isRenewed = true) {
      const token = await this.tokens.get(holder, deadline);
      if (token.kind === 'unavailable') return { kind: 'neverSent', failed: true, why: token.why };
      if (token.kind === 'refused') {
        return { kind: 'neverSent', failed: false, why: `no token: ${token.code}`, code: token.code };
      }
      const exchange = await this.connection.postJson(path, token.value, message, deadline);
      if (exchange.kind !== 'answered') return { ...exchange, failed: true };
      if (isRenewed || !refusesToken(exchange)) return { ...exchange, failed: !isHealthy(exchange) };
      this.tokens.forget(holder, token.value);
    }
  }

  private tell(
    call: 'withdrawal' | 'inquiry',
    { bankTranId }: InquiryOrder,
    outcome: InquiryOutcome,
    startedMs: number,
  ): void {
    this.metrics.bankCallSeconds.observe({ call, outcome: outcome.kind }, (performance.now() - startedMs) / 1000);
    if (outcome.kind === 'unknown') {
      const text = `${call} ${bankTranId} is unknown: ${outcome.why}`;
      if (outcome.why === MISMATCH) this.logger.error(text);
      else this.logger.warn(text);
    } else if (outcome.kind === 'refused' && outcome.reason === 'CONFIGURATION') {
      this.logger.error(`${call} ${bankTranId} is refused with ${outcome.bankCode}: our configuration is wrong`);
    }
  }

  private tellCircuit(isOpen: boolean): void {
    this.metrics.bankCircuitOpen.set(isOpen ? 1 : 0);
    if (isOpen) this.logger.warn(`${FAILURES_MAX} failures in a row: the bank is left alone for ${OPEN_MS} ms`);
    else this.logger.log('The bank answers again');
  }
}

/** Only a first message that was never sent is a refusal: an earlier one may have arrived. */
function outcomeWithoutAnswer(ending: Exclude<Ending, { kind: 'answered' }>, sending: Sending): BankOutcome {
  if (ending.kind === 'lost' || sending === 'again') return { kind: 'unknown', why: ending.why };
  return ending.code === undefined
    ? { kind: 'refused', reason: 'UNAVAILABLE', bankCode: 'NOT_SENT' }
    : { kind: 'refused', reason: 'CONFIGURATION', bankCode: ending.code };
}
