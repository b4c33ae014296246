import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Config, ConfigError } from '../config/config.js';

const MISTAKES: Readonly<Record<string, (config: Config) => string>> = {
  EADDRINUSE: ({ host, port }) => `PORT: ${port} is taken on ${host}`,
  EACCES: ({ port }) => `PORT: ${port} is not for programs without special rights`,
  EADDRNOTAVAIL: ({ host }) => `HOST: ${host} is no address of this machine`,
  ENOTFOUND: ({ host }) => `HOST: ${host} is not known here`,
  EAI_AGAIN: ({ host }) => `HOST: ${host} is not known here`,
};

/** Starts the modules, and then listens. @throws ConfigError when it can't listen where it was told to */
export async function listen(app: NestFastifyApplication, config: Config): Promise<void> {
  await app.init();
  const { host, port } = config;
  const server = app.getHttpAdapter().getInstance();
  // Nest's own `listen` would also log what is told here.
  const address = await server.listen({ host, port }).catch((error: unknown) => {
    const mistake = MISTAKES[(error as { code?: string }).code ?? ''];
    throw mistake ? new ConfigError([mistake(config)]) : error;
  });
  new Logger('Start').log(`Listening on ${address}`);
}
