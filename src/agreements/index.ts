export { AGREEMENT_BOOKS } from './agreement.books.js';
export { agreementKey, type AgreementsRead, type Counted, holdAgainst } from './agreement.rule.js';
export { AgreementsModule } from './agreements.module.js';
export { AgreementsService, type ShownAgreement } from './agreements.service.js';
export { PaymentAgreements } from './payment-agreements.js';
