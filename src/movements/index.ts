export { AccountBalanceDto, MovementDetailDto, PendingTransactionDto } from './dto/transaction.dto.js';
export { Movement, MOVEMENT_TYPES, type MovementType } from './movement.entity.js';
export {
  type MovementKind,
  type MovementRequest,
  type MovementView,
  type RecordedMovement,
  userMovementKind,
} from './movement.js';
export { MovementKinds } from './movement-kinds.js';
export { MovementsModule } from './movements.module.js';
export { failureAnswerOf, MovementsService, REQUEST_REFUSALS, TOP_UP_REFUSALS } from './movements.service.js';
