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
  /** Answers, or requests that are still arriving, whose connection is in use. */
  unsent = 0;
  /** From the signal to stop: no more requests should be sent here, and each answer closes its connection. */
  leaving = false;
  /** From the end of the drain: what comes now is refused. */
  stopping = false;

  leave(): void {
    this.leaving = true;
  }

  /** Refuses new work and waits until there is none left. @returns false when `limitMs` were over first */
  async drain(limitMs: number): Promise<boolean> {
    this.stopping = true;
    return until(() => this.count === 0, limitMs);
  }

  /** Waits until the last answers were handed to the network, and for requests that have begun to arrive. */
  async flush(limitMs: number): Promise<void> {
    await until(() => this.unsent === 0, limitMs);
  }
}

async function until(isSo: () => boolean, limitMs: number): Promise<boolean> {
  const giveUpAt = performance.now() + limitMs;
  while (!isSo() && performance.now() < giveUpAt) await sleep(LOOK_EVERY_MS);
  return isSo();
}

/**
 * From when a request was read until there is an answer to write, whether or not the client is still there: money is
 * moved for those who have hung up, too. After the drain of a stop a new one is answered 503.
 */
export function countInFlight(server: FastifyInstance, inFlight: InFlight): void {
  server.server.on('request', (_request, response) => {
    inFlight.unsent += 1;
    response.once('close', () => (inFlight.unsent -= 1));
  });
  server.addHook('preHandler', (request, _reply, done) => {
    if (inFlight.stopping) return done(new Refusal('TemporarilyUnavailable'));
    // A route that finds out that it is none hands over to the one for unknown routes: the hooks run again.
    if (!request.isInFlight) inFlight.count += 1;
    request.isInFlight = true;
    done();
  });
  server.addHook('onSend', (request, reply, payload, done) => {
    if (request.isInFlight) inFlight.count -= 1;
    request.isInFlight = false;
    if (inFlight.leaving || inFlight.stopping) reply.header('connection', 'close');
    done(null, payload);
  });
}
