export { AcceptanceDto, AccountBalanceDto, MovementDetailDto, PendingTransactionDto } from './dto/transaction.dto.js';
export {
  answerWith,
  failureAnswerOf,
  mainDetail,
  type MovementOutcome,
  type MovementPresentation,
  PAYOUT_REFUSALS,
  TOP_UP_REFUSALS,
  toppedUpDetail,
  transactionDetail,
  userMovement,
} from './movement-answers.js';
export { Expiries } from './expiries.js';
export { type Inquired, InquiriesService } from './inquiries.service.js';
export { MEMOS_SEALED } from './memo-vault.js';
export { declareMovement, type MovementDeclaration, type MovementRequest } from './movement.declaration.js';
export { type MovementView } from './movement.entity.js';
export type { Resolution } from './movement.decision.js';
export {
  type Acceptance,
  ACCEPTANCES,
  type MovementListener,
  type MovementRows,
  MovementTypes,
  type RecordedMovement,
} from './movement-types.js';
export { MovementSearch } from './movement-search.js';
export { MovementsModule } from './movements.module.js';
export { type MovementRow, MovementsRepository } from './movements.repository.js';
export { MovementsService } from './movements.service.js';
