import { deployedModule } from './app.module.js';
import { serveConsole } from './console/index.js';
import { configOrExit, exitOnMistake } from './platform/config/config.js';
import { serveDocs } from './platform/docs/docs-page.js';
import { Refusal } from './platform/http/answers.js';
import { createApp } from './platform/http/app.js';
import { leadBrowsers } from './platform/http/front-door.js';
import { GracefulStop } from './platform/http/graceful-stop.js';
import { listen } from './platform/http/listen.js';
import { endOnCrash } from './platform/logging/crash.js';

const STARTS_MAX = 5;

endOnCrash();
const config = configOrExit();
const stop = new GracefulStop(config);

async function start(startsLeft = STARTS_MAX - 1): Promise<void> {
  const app = await createApp(deployedModule(config), config);
  try {
    serveDocs(app);
    leadBrowsers(app, config.hasConsole ? '/console' : '/docs');
    if (config.hasConsole) serveConsole(app);
    await listen(app, config);
    stop.of(app);
  } catch (error) {
    // The database was there a moment ago, and then it was not: in a failover it is waited for once more.
    const isDatabaseLost = error instanceof Refusal && error.answer === 'TemporarilyUnavailable';
    if (!isDatabaseLost || startsLeft === 0) throw error;
    await app.close();
    await start(startsLeft - 1);
  }
}

await start().catch(exitOnMistake);
