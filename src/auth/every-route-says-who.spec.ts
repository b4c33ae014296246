import { expect, it } from '@jest/globals';
import { Controller, Get, Module, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { Access, Public } from '../platform/http/access.js';
import { EveryRouteSaysWho } from './every-route-says-who.js';

@Controller('spoken')
class SpokenController {
  @Get('a')
  @Access('partner', 'operator')
  a() {}

  @Get('b')
  @Public()
  b() {}

  /** No route. */
  helper() {}
}

@Public()
@Controller('open')
class OpenController {
  @Get()
  get() {}
}

@Controller('silent')
class SilentController {
  @Get('said')
  @Access('app')
  said() {}

  @Get('forgotten')
  forgotten() {}
}

async function start(...controllers: Type[]): Promise<void> {
  @Module({ imports: [DiscoveryModule], providers: [EveryRouteSaysWho], controllers })
  class RootModule {}
  const module = await Test.createTestingModule({ imports: [RootModule] }).compile();
  await module.init();
  await module.close();
}

it('lets an application start in which every route says who may call it', async () => {
  await start(SpokenController, OpenController);
});

it('names the routes that say nothing, and does not start', async () => {
  await expect(start(SpokenController, SilentController)).rejects.toThrow(/: SilentController\.forgotten$/);
});
