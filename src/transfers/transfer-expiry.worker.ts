import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Expiries } from '../movements/index.js';
import { Rounds } from '../platform/clock/rounds.js';
import { Config } from '../platform/config/config.js';
import { HeldTransfersService } from './held-transfers.service.js';

/**
 * Gives transfers back that nobody has accepted in time, and has receivers reminded of those that soon go back, a few
 * at a time. Every instance runs it.
 */
@Injectable()
export class TransferExpiryWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(TransferExpiryWorker.name);
  private readonly rounds = new Rounds((signal) => this.round(signal));

  constructor(
    private readonly transfers: HeldTransfersService,
    private readonly expiries: Expiries,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(this.config.recoveryIntervalMs);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  /** What keeps transfers from going back keeps nobody from being reminded. */
  private async round(signal: AbortSignal): Promise<void> {
    await this.whileThereAreMore(signal, () =>
      this.expiries.endSome('held_transfers', (transferId) => this.transfers.expire(transferId)),
    );
    await this.whileThereAreMore(signal, () => this.transfers.remind());
  }

  private async whileThereAreMore(signal: AbortSignal, work: () => Promise<boolean>): Promise<void> {
    try {
      while (!signal.aborted && (await work()));
    } catch (error) {
      this.logger.warn({ message: 'the next round will try again', err: error });
    }
  }
}
