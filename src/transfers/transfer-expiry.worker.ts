import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Rounds } from '../platform/clock/rounds.js';
import { Config } from '../platform/config/config.js';
import { Refusal } from '../platform/http/answers.js';
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
    await this.whileThereAreMore(signal, () => this.expireSome());
    await this.whileThereAreMore(signal, () => this.transfers.remind());
  }

  private async whileThereAreMore(signal: AbortSignal, work: () => Promise<boolean>): Promise<void> {
    try {
      while (!signal.aborted && (await work()));
    } catch (error) {
      this.logger.warn({ message: 'the next round will try again', err: error });
    }
  }

  private async expireSome(): Promise<boolean> {
    const due = await this.transfers.takeDue();
    await Promise.all(due.map((transferId) => this.expire(transferId)));
    return due.length > 0;
  }

  /** One that can't go back now must not keep the others waiting: it comes round again. */
  private async expire(transferId: number): Promise<void> {
    try {
      await this.transfers.expire(transferId);
    } catch (error) {
      const message = `transfer ${transferId} has not gone back yet`;
      if (error instanceof Refusal) this.logger.warn({ message, err: error });
      else this.logger.error({ message, err: error });
    }
  }
}
