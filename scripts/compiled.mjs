// Before `npm run start:prod`: compiles the service when that was never done, or says why it can't be.
import { buildWhenMissing } from './prepare.mjs';

await buildWhenMissing().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
