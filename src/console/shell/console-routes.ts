import { applyDecorators, Controller, SetMetadata, UseFilters, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../../platform/http/access.js';
import { ConsoleFilter } from './console.filter.js';
import { ASKED_BY_ITSELF, ConsoleGuard, OPEN_TO_STRANGERS } from './console.guard.js';

/** All that makes a controller one of the console's: its keys are looked at by the API that its pages ask. */
const consoleRoutes = (path: string) =>
  applyDecorators(
    Controller(`console/${path}`),
    Public(),
    ApiExcludeController(),
    UseGuards(ConsoleGuard),
    UseFilters(ConsoleFilter),
  );

/** A controller of pages below `/console/`, for who is signed in. */
export const ConsolePages = (path: string) => consoleRoutes(path);

/** A controller of what strangers may see. */
export const OpenConsolePages = (path: string) =>
  applyDecorators(consoleRoutes(path), SetMetadata(OPEN_TO_STRANGERS, true));

/** A route that an open page asks by itself: that is no use of the session, which may go idle under it. */
export const AskedByItself = () => SetMetadata(ASKED_BY_ITSELF, true);
