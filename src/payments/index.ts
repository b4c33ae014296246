export { PaymentDto } from './dto/payment-detail.dto.js';
export { paymentShown } from './dto/payment-shown.js';
export { AUTHORIZATION, CAPTURE, VOID } from './authorization.movements.js';
export { PAYMENT_BOOKS } from './payment.books.js';
export { PAYMENT } from './payment.movement.js';
export {
  DAY_ENTRIES,
  DAY_TABLES,
  type DayTable,
  LINE_TYPES,
  type LineType,
  type PartnerAccount,
} from './day-entries.js';
export { type LinesPage, type PaymentLine, PaymentLinesRepository } from './payment-lines.repository.js';
export { type DaysOf, nothingAfter, type PartOfDay, PaymentSumsRepository } from './payment-sums.repository.js';
export { PaymentSearch } from './payment-search.js';
export { paymentStatusOf } from './payment.state.js';
export { type PaymentRecord, PaymentsRepository } from './payments.repository.js';
export { PAYMENT_CANCEL } from './payment-cancel.movement.js';
export { PaymentsModule } from './payments.module.js';
