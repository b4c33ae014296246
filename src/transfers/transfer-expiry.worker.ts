import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Rounds } from '../platform/clock/rounds.js';
import { Config } from '../platform/config/config.js';
import { Refusal } from '../platform/http/answers.js';
import { HeldTransfersService } from './held-transfers.service.js';

/** Gives transfers back that nobody has accepted in time, a few at a time. Every instance runs it. */
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

  private async round(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        const due = await this.transfers.takeDue();
        if (due.length === 0) return;
        await Promise.all(due.map((transferId) => this.expire(transferId)));
      }
    } catch (error) {
      this.logger.warn({ message: 'the next round will try again', err: error });
    }
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
