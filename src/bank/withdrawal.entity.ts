import { Entity, Index } from 'typeorm';
import { BankOrderColumns } from './bank-order.columns.js';

/**
 * What the bank is asked to take from a linked account. PENDING and DONE ones count against the limits of the user and
 * of the bank account on their business day.
 */
@Entity('withdrawals')
@Index('uq_withdrawals_bank_tran_id', ['bankTranId'], { unique: true })
@Index('ix_withdrawals_limit', ['linkedAccountId', 'businessDate', 'status', 'amount'])
@Index('ix_withdrawals_due', ['status', 'nextInquiryAt'])
@Index('ix_withdrawals_status', ['status'])
export class Withdrawal extends BankOrderColumns {}
