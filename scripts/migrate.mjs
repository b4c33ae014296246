// `npm run migrate`: brings the schema of what DATABASE_URL names, or of the system that `npm start` runs here, up to
// date. src/migrate.main.ts does the work; a deployment without this folder runs `node dist/migrate.main.js` instead.
import { runBesideService } from './beside-service.mjs';

const couldNotRun = 1;

await runBesideService('dist/migrate.main.js', couldNotRun);
