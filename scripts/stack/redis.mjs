import { firstAnswer } from './ports.mjs';
import { Program } from './program.mjs';

/**
 * Nothing is kept on disk: whatever Redis knows, the database knows too. When memory is full it forgets what was used
 * least lately.
 */
export const redisSettings = [
  '--save',
  '',
  '--appendonly',
  'no',
  '--maxmemory',
  '128mb',
  '--maxmemory-policy',
  'allkeys-lru',
];

export const pingsBack = async (port) => (await firstAnswer(port, 'PING\r\n'))?.toString().startsWith('+PONG') === true;

/** A private Redis or Valkey on loopback. */
export class RedisServer extends Program {
  constructor({ found, folder, port }) {
    super({
      name: `${found.product} ${found.version}`,
      launch: {
        command: found.path,
        args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...redisSettings],
      },
      folder,
      ready: () => pingsBack(port),
      stopWithinMs: 5_000,
    });
    this.port = port;
    this.url = `redis://127.0.0.1:${port}/0`;
    this.description = `${this.name} (${found.path}, private, 127.0.0.1:${port})`;
  }
}
