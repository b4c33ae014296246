export { AUTHORIZATION, CAPTURE, VOID } from './authorization.movements.js';
export { PAYMENT_BOOKS } from './payment.books.js';
export { PAYMENT } from './payment.movement.js';
export { DAY_ENTRIES, type DayOf, type PartOfDay, PaymentSumsRepository } from './payment-sums.repository.js';
export { PAYMENT_CANCEL } from './payment-cancel.movement.js';
export { PaymentsModule } from './payments.module.js';
