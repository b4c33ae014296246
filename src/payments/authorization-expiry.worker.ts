import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Expiries } from '../movements/index.js';
import { Rounds } from '../platform/clock/rounds.js';
import { Config } from '../platform/config/config.js';
import { AuthorizationsService } from './authorizations.service.js';

/** Voids payments that nobody has captured in time, a few at a time. Every instance runs it. */
@Injectable()
export class AuthorizationExpiryWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(AuthorizationExpiryWorker.name);
  private readonly rounds = new Rounds((signal) => this.round(signal));

  constructor(
    private readonly authorizations: AuthorizationsService,
    private readonly expiries: Expiries,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(this.config.recoveryIntervalMs);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  private async round(signal: AbortSignal): Promise<void> {
    const expireSome = () => this.expiries.endSome('authorizations', (id) => this.authorizations.expire(id));
    try {
      while (!signal.aborted && (await expireSome()));
    } catch (error) {
      this.logger.warn({ message: 'the next round will try again', err: error });
    }
  }
}
