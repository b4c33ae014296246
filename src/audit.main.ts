import { runAudit } from './audit/index.js';
import { BOOKS } from './books.js';

await runAudit(BOOKS);
