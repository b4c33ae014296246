export { TRANSFER_HOLD, TRANSFER_RELEASE, TRANSFER_RETURN } from './held-transfer.movements.js';
export { HeldTransfersRepository } from './held-transfers.repository.js';
export { TRANSFER_BOOKS } from './transfer.books.js';
export { TRANSFER } from './transfer.movement.js';
export { TransfersModule } from './transfers.module.js';
