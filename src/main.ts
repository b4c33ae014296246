import { AppModule } from './app.module.js';
import { configOrExit, exitOnMistake } from './platform/config/config.js';
import { serveDocs } from './platform/docs/openapi.js';
import { createApp } from './platform/http/app.js';
import { stopGracefullyOnSignals } from './platform/http/graceful-stop.js';
import { endOnCrash } from './platform/logging/crash.js';

endOnCrash();
const config = configOrExit();
const app = await createApp(AppModule, config);
serveDocs(app);
stopGracefullyOnSignals(app);
await app.listen(config.port, config.host).catch(exitOnMistake);
