import { type INestApplication, Logger } from '@nestjs/common';
import { InFlight } from './in-flight.js';

const DRAIN_MS = 10_000;
const CLOSE_MS = 5_000;

/**
 * On SIGTERM or SIGINT: requests in flight finish (new ones get 503), then the modules are closed and the process
 * ends. A second signal ends it at once.
 */
export function stopGracefullyOnSignals(app: INestApplication): void {
  const logger = new Logger('Stop');
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.log(`${signal}: finishing ${app.get(InFlight).count} requests`);
    stop(app).then(
      (finished) => process.exit(finished ? 0 : 1),
      (error: unknown) => {
        logger.error({ message: 'Could not stop cleanly', err: error });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

async function stop(app: INestApplication): Promise<boolean> {
  const finished = await app.get(InFlight).drain(DRAIN_MS);
  // A client that never reads its answer must not keep the process alive.
  setTimeout(() => process.exit(1), CLOSE_MS).unref();
  await app.close();
  return finished;
}
