import { Entity, Index } from 'typeorm';
import { BankOrderColumns } from './bank-order.columns.js';

/** What the bank is asked to pay into a linked account. All of it is held meanwhile, and no limit counts it. */
@Entity('payouts')
@Index('uq_payouts_bank_tran_id', ['bankTranId'], { unique: true })
@Index('ix_payouts_link', ['linkedAccountId', 'status'])
@Index('ix_payouts_due', ['status', 'nextInquiryAt'])
@Index('ix_payouts_status', ['status'])
export class Payout extends BankOrderColumns {}
