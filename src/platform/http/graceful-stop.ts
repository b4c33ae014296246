import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/config.js';
import { InFlight } from './in-flight.js';

/** For the last answers to reach the network, and for requests that were half sent. */
const FLUSH_MS = 1_000;
const SPARE_MS = 1_000;

/**
 * On SIGTERM or SIGINT, in this order: readiness fails, and every answer closes its connection; requests are still
 * served for `drainMs`, until balancers and clients have gone elsewhere; nobody new is let in, and what is in flight
 * finishes; what is left of connections and the modules are closed; the process ends. A second signal ends it at once.
 */
export class GracefulStop {
  private readonly logger = new Logger('Stop');
  private app: NestFastifyApplication | undefined;
  private isStopping = false;

  /** From now on signals are heeded: before there is a service one ends the start. */
  constructor(private readonly config: Config) {
    process.on('SIGTERM', (signal) => this.onSignal(signal));
    process.on('SIGINT', (signal) => this.onSignal(signal));
  }

  /** The service that is to be stopped. */
  of(app: NestFastifyApplication): void {
    this.app = app;
  }

  private onSignal(signal: NodeJS.Signals): void {
    if (this.isStopping) process.exit(1);
    this.isStopping = true;
    if (!this.app) process.exit(0);
    this.stop(this.app, signal).then(
      (finished) => process.exit(finished ? 0 : 1),
      (error: unknown) => {
        this.logger.error({ message: 'Could not stop cleanly', err: error });
        process.exit(1);
      },
    );
  }

  /** @returns whether everything that was in flight has finished */
  private async stop(app: NestFastifyApplication, signal: NodeJS.Signals): Promise<boolean> {
    const { drainMs, answerWithinMs, bankTimeoutMs, databaseDeadlineMs } = this.config;
    const inFlight = app.get(InFlight);
    const server = app.getHttpServer();
    inFlight.leave();
    this.logger.log(`${signal}: not ready any more, serving for another ${drainMs} ms`);
    await sleep(drainMs);
    this.logger.log(`Finishing ${inFlight.count} requests`);
    server.close();
    const finished = await inFlight.drain(answerWithinMs + databaseDeadlineMs + SPARE_MS);
    await inFlight.flush(FLUSH_MS);
    // A round in the background that can't be ended must not keep the process alive.
    setTimeout(() => process.exit(1), bankTimeoutMs + databaseDeadlineMs + SPARE_MS).unref();
    await app.close();
    return finished;
  }
}
