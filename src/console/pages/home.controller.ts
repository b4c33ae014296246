import { Get, Redirect } from '@nestjs/common';
import { Refusal } from '../../platform/http/answers.js';
import { ConsolePages } from '../shell/console-routes.js';
import { SECTIONS } from '../shell/sections.js';

/** What is no page of its own. */
@ConsolePages('')
export class HomeController {
  @Get()
  @Redirect(SECTIONS[0].path, 303)
  home(): void {}

  /** @throws Refusal NotFound */
  @Get('*')
  unknown(): void {
    throw new Refusal('NotFound');
  }
}
