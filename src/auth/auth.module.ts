import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysModule } from './api-keys.module.js';
import { Authenticator } from './authenticator.js';
import { EveryRouteSaysWho } from './every-route-says-who.js';
import { KnownKeys } from './known-keys.js';
import { Limits } from './limits.js';
import { OperatorKeyCheck } from './operator-key.js';
import { OwnKeyController } from './own-key.controller.js';

@Module({
  imports: [ApiKeysModule, DiscoveryModule],
  controllers: [ApiKeysController, OwnKeyController],
  providers: [
    Authenticator,
    KnownKeys,
    Limits,
    EveryRouteSaysWho,
    OperatorKeyCheck,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
})
export class AuthModule {}
