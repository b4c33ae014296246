import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { EnvelopeExceptionFilter } from './exception.filter.js';
import { ExpensiveReads } from './expensive-reads.js';
import { InFlight } from './in-flight.js';
import { RequestValidationPipe } from './validation.pipe.js';

/** What every request passes through, whatever room it is for. */
@Global()
@Module({
  providers: [
    InFlight,
    ExpensiveReads,
    { provide: APP_PIPE, useClass: RequestValidationPipe },
    { provide: APP_FILTER, useClass: EnvelopeExceptionFilter },
  ],
  exports: [InFlight, ExpensiveReads],
})
export class HttpModule {}
