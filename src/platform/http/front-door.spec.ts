import { afterEach, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ToyModule } from '../../../test/support/toy-app.js';
import { loadConfig } from '../config/config.js';
import { createApp } from './app.js';
import { leadBrowsers } from './front-door.js';

let app: NestFastifyApplication;
afterEach(() => app.close());

const BROWSERS = ['text/html', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'];
const PROGRAMS = [undefined, '*/*', 'application/json'];

it('a browser is led to the console, and a program is told that there is nothing', async () => {
  app = await createApp(ToyModule, loadConfig({ LOG_LEVEL: 'silent' }));
  leadBrowsers(app, '/console');
  await app.init();
  for (const accept of BROWSERS) {
    const { statusCode, headers } = await app.inject({ url: '/', headers: { accept } });
    expect([statusCode, headers.location, headers.vary]).toEqual([303, '/console', 'accept']);
  }
  for (const accept of PROGRAMS) {
    const { statusCode, headers } = await app.inject({ url: '/', headers: { ...(accept && { accept }) } });
    expect([statusCode, headers.location]).toEqual([404, undefined]);
  }
  expect((await app.inject({ method: 'POST', url: '/', headers: { accept: 'text/html' } })).statusCode).toBe(404);
});
