import { ConflictException, Injectable, NotFoundException, UnprocessableEntityException } from '@nestjs/common';
import { DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { Account } from './account.entity.js';
import type { PaymentAnswerDto, PaymentRequestDto } from './payment-request.dto.js';
import { Payment } from './payment.entity.js';
import { Transaction } from './transaction.entity.js';

@Injectable()
export class PaymentsService {
  constructor(private readonly dataSource: DataSource) {}

  /** One transaction, in which the payer's account is locked. An order is paid once: it has a unique key. */
  async pay(request: PaymentRequestDto): Promise<PaymentAnswerDto> {
    try {
      return await this.dataSource.transaction((tx) => this.payIn(tx, request));
    } catch (error) {
      if (isDuplicate(error)) throw new ConflictException('this order is paid');
      throw error;
    }
  }

  private async payIn(tx: EntityManager, request: PaymentRequestDto): Promise<PaymentAnswerDto> {
    const { userId, partnerId, partnerPayKey, productItems, totalPayAmount: amount } = request;
    const account = await tx.findOne(Account, { where: { userId }, lock: { mode: 'pessimistic_write' } });
    if (!account) throw new NotFoundException('no such user');
    const balance = account.balance - amount;
    if (balance < 0) throw new UnprocessableEntityException('the balance is too low');
    const paidAt = new Date();
    // `insert` and `update`, not `save`, which would read each row first or once more.
    const payment = { userId, partnerId, partnerPayKey, productItems, amount, paidAt };
    const { identifiers } = await tx.insert(Payment, payment);
    const paymentId = String(identifiers[0]?.id);
    await tx.update(Account, { id: account.id }, { balance });
    await tx.insert(Transaction, {
      accountId: account.id,
      paymentId,
      amount: -amount,
      balanceAfter: balance,
      createdAt: paidAt,
    });
    return {
      paymentId: Number(paymentId),
      partnerPayKey,
      totalPayAmount: amount,
      paymentDateTime: paidAt.toISOString(),
    };
  }
}

const isDuplicate = (error: unknown): boolean =>
  error instanceof QueryFailedError && (error.driverError as { code?: string }).code === 'ER_DUP_ENTRY';
