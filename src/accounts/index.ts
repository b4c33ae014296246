export { AccountsModule } from './accounts.module.js';
export { CHARGE } from './charge.movement.js';
export { PAYOUT } from './payout.movement.js';
