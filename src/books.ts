import { CHARGE, PAYOUT } from './accounts/index.js';
import { AGREEMENT_BOOKS } from './agreements/index.js';
import type { Books } from './audit/index.js';
import { API_KEY_BOOKS } from './auth/index.js';
import { AUTHORIZATION, CAPTURE, PAYMENT, PAYMENT_BOOKS, PAYMENT_CANCEL, VOID } from './payments/index.js';
import { INTEREST, SAVINGS_BOOKS, SAVINGS_CLOSING, SAVINGS_DEPOSIT, SAVINGS_WITHDRAWAL } from './savings/index.js';
import { SETTLEMENT_BOOKS } from './settlements/index.js';
import { TRANSFER, TRANSFER_BOOKS, TRANSFER_HOLD, TRANSFER_RELEASE, TRANSFER_RETURN } from './transfers/index.js';
import { WEBHOOK_BOOKS } from './webhooks/index.js';

/** What the books are made of: every way in which money moves, and what rooms keep beside their movements. */
export const BOOKS: Books = {
  declarations: [
    CHARGE,
    PAYOUT,
    SAVINGS_DEPOSIT,
    SAVINGS_WITHDRAWAL,
    SAVINGS_CLOSING,
    INTEREST,
    TRANSFER,
    TRANSFER_HOLD,
    TRANSFER_RELEASE,
    TRANSFER_RETURN,
    PAYMENT,
    AUTHORIZATION,
    CAPTURE,
    VOID,
    PAYMENT_CANCEL,
  ],
  rooms: [
    TRANSFER_BOOKS,
    PAYMENT_BOOKS,
    AGREEMENT_BOOKS,
    SAVINGS_BOOKS,
    SETTLEMENT_BOOKS,
    WEBHOOK_BOOKS,
    API_KEY_BOOKS,
  ],
};
