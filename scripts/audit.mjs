// `npm run audit`: checks the books of the system that `npm start` runs here, or of what DATABASE_URL and BANK_URL
// name. Exit codes as of src/audit.main.ts, which does the work; `npm run audit -- --help` tells more.
import { runBesideService } from './beside-service.mjs';

const couldNotRun = 2;

await runBesideService('dist/audit.main.js', couldNotRun);
