// `npm run keys`: makes, ends and lists API keys of the system that `npm start` runs here, or of what DATABASE_URL
// names. src/auth/keys.cli.ts does the work; a deployment without this folder runs `node dist/auth/keys.cli.js`
// instead.
import { runBesideService } from './beside-service.mjs';

const couldNotRun = 1;

await runBesideService('dist/auth/keys.cli.js', couldNotRun);
