import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from './answers.js';

const LOOK_EVERY_MS = 20;

declare module 'fastify' {
  interface FastifyRequest {
    isInFlight?: boolean;
  }
}

/** Counts the requests that are being worked on, so that a stop can wait for them and refuse new ones. */
@Injectable()
export class InFlight {
  count = 0;
  /** From the moment of a stop: what comes now is refused. */
  stopping = false;

  /** Refuses new work and waits until there is none left. @returns false when `limitMs` were over first */
  async drain(limitMs: number): Promise<boolean> {
    this.stopping = true;
    const giveUpAt = Date.now() + limitMs;
    while (this.count > 0 && Date.now() < giveUpAt) await sleep(LOOK_EVERY_MS);
    return this.count === 0;
  }
}

/**
 * From when a request was read until there is an answer to write, whether or not the client is still there: money is moved
 * for those who have hung up, too. During a stop a new one is answered 503 and its connection closed.
 */
export function countInFlight(server: FastifyInstance, inFlight: InFlight): void {
  server.addHook('preHandler', (request, reply, done) => {
    if (inFlight.stopping) {
      reply.header('connection', 'close');
      return done(new Refusal('TemporarilyUnavailable'));
    }
    // A route that finds out that it is none hands over to the one for unknown routes: the hooks run again.
    if (!request.isInFlight) inFlight.count += 1;
    request.isInFlight = true;
    done();
  });
  server.addHook('onSend', (request, _reply, payload, done) => {
    if (request.isInFlight) inFlight.count -= 1;
    request.isInFlight = false;
    done(null, payload);
  });
}
