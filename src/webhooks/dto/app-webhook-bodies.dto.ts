import { Shown } from '../../platform/docs/shown.js';

/** What is sent to an endpoint of the wallet's own back end: as it is written by the rooms that have the events. */
class EndedMovementDto {
  @Shown.id({ example: 1, description: 'whose movement it is' }) userId!: number;
  @Shown.id({ example: 42, description: "the movement's id" }) transactionId!: number;
  @Shown.text({ example: 'SAVINGS_DEPOSIT', description: 'what kind of movement it is; new ones may come' })
  type!: string;
  @Shown.won({ description: 'what is moved, in won' }) amount!: number;
  @Shown.dateTime({ description: 'when it ended' }) occurredAt!: string;
}

class CompletedMovementDto extends EndedMovementDto {
  @Shown.choice(['COMPLETED'], { description: 'it is final' }) status!: string;
  @Shown.won({ example: 0, description: 'what was taken from the linked bank account for it, in won' })
  toppedUpAmount!: number;
}

class FailedMovementDto extends EndedMovementDto {
  @Shown.choice(['FAILED'], { description: 'it is final' }) status!: string;
  @Shown.won({ example: 0, description: 'nothing was taken' }) toppedUpAmount!: number;
  @Shown.text({
    example: 'NotEnoughAccountBalance',
    description: 'the code that the request was answered with, or would have been; new ones may come',
  })
  failureCode!: string;
}

class WaitingTransferDto {
  @Shown.id({ example: 42, description: "the transfer's id" }) transferId!: number;
  @Shown.id({ example: 1, description: 'who sent it' }) fromUserId!: number;
  @Shown.id({ example: 2, description: 'who may accept it' }) toUserId!: number;
  @Shown.won({ example: 5_000, description: 'what is held, in won' }) amount!: number;
  @Shown.dateTime({ description: 'when it goes back by itself' }) expiresAt!: string;
}

class FailedScheduleDto {
  @Shown.id({ example: 1, description: 'whose savings account it is' }) userId!: number;
  @Shown.id({ example: 7, description: "the savings account's id" }) accountId!: number;
  @Shown.text({ example: '2025-02-26', description: 'the business day whose deposit it was' }) day!: string;
  @Shown.won({ description: 'what was to be paid into it, in won' }) amount!: number;
  @Shown.text({
    example: 'DailyLimitExceeded',
    description: 'the code that a request for it would have been answered with; new ones may come',
  })
  failureCode!: string;
  @Shown.id({ optional: true, example: 42, description: 'its movement, where the bank was asked' })
  transactionId?: number;
}

class AppEventDto {
  @Shown.id({ example: 12, description: 'the same at every endpoint and at every attempt: take it once' })
  eventId!: number;
  @Shown.dateTime({ description: 'when it happened' }) occurredAt!: string;
}

class OfMovementDto extends AppEventDto {
  @Shown.id({ example: 42, description: "the movement's id" }) transactionId!: number;
}

export class MovementCompletedEventDto extends OfMovementDto {
  @Shown.choice(['movement.completed'], { description: 'money has moved, at once or after a 202' }) type!: string;
  @Shown.count({ description: "orders the movement's events: always 1" }) sequence!: number;
  @Shown.object(() => CompletedMovementDto, { description: 'the movement' }) data!: CompletedMovementDto;
}

export class MovementFailedEventDto extends OfMovementDto {
  @Shown.choice(['movement.failed'], { description: 'the bank refused it, at once or after a 202; nothing was moved' })
  type!: string;
  @Shown.count({ description: "orders the movement's events: always 1" }) sequence!: number;
  @Shown.object(() => FailedMovementDto, { description: 'the movement' }) data!: FailedMovementDto;
}

export class TransferHeldEventDto extends OfMovementDto {
  @Shown.choice(['transfer.held'], { description: 'it waits for its receiver, who has 72 hours' }) type!: string;
  @Shown.count({ example: 2, description: "orders the movement's events: always 2" }) sequence!: number;
  @Shown.object(() => WaitingTransferDto, { description: 'the transfer' }) data!: WaitingTransferDto;
}

export class TransferReminderEventDto extends OfMovementDto {
  @Shown.choice(['transfer.reminder'], { description: 'it still waits, and goes back in 24 hours' }) type!: string;
  @Shown.count({ example: 3, description: "orders the movement's events: always 3" }) sequence!: number;
  @Shown.object(() => WaitingTransferDto, { description: 'the transfer' }) data!: WaitingTransferDto;
}

export class ScheduleFailedEventDto extends AppEventDto {
  @Shown.choice(['schedule.failed'], { description: 'a daily deposit was not made, and is not made up for' })
  type!: string;
  @Shown.object(() => FailedScheduleDto, { description: 'the deposit' }) data!: FailedScheduleDto;
}
