import { Global, Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { TransactionRunner } from '../database/transaction-runner.js';
import { Clock } from './clock.js';
import { SandboxClock } from './sandbox-clock.js';
import { SandboxClockFollower } from './sandbox-clock.follower.js';

/** Nobody moves the clock in production: there is none to be moved. */
@Global()
@Module({
  providers: [
    {
      provide: SandboxClockFollower,
      useFactory: async ({ environment, clockOffsetFile }: Config, transactions: TransactionRunner) => {
        if (environment === 'production') return null;
        const follower = new SandboxClockFollower(new SandboxClock(clockOffsetFile), transactions);
        await follower.begin();
        return follower;
      },
      inject: [Config, TransactionRunner],
    },
    {
      provide: Clock,
      useFactory: (follower: SandboxClockFollower | null) => follower?.clock ?? new Clock(),
      inject: [SandboxClockFollower],
    },
  ],
  exports: [Clock, SandboxClockFollower],
})
export class ClockModule {}
