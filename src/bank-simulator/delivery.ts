import { type FastifyReply } from 'fastify';
import { type AnswerFate } from './faults.js';

const INTERNAL_ERROR = '<html><body><h1>500 Internal Server Error</h1></body></html>';

/** Sends an answer, or does to it and to the connection what the lie asks for. */
export function deliver(reply: FastifyReply, status: number, body: object, fate?: AnswerFate): FastifyReply {
  switch (fate) {
    case undefined:
      return reply.code(status).send(body);
    case 'silence':
      return saySilence(reply);
    case 'lost':
      return hangUp(reply);
    case 'http500':
      return reply.code(500).type('text/html').send(INTERNAL_ERROR);
    case 'broken':
      return reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(body).slice(0, -20));
    case 'halved':
      return sendHalf(reply, status, Buffer.from(JSON.stringify(body)));
  }
}

/** Leaves the caller waiting until it hangs up. */
export function saySilence(reply: FastifyReply): FastifyReply {
  return reply.hijack();
}

export function hangUp(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.destroy();
  return reply;
}

function sendHalf(reply: FastifyReply, status: number, body: Buffer): FastifyReply {
  reply.hijack();
  reply.raw.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  reply.raw.write(body.subarray(0, body.length / 2), () => reply.raw.socket?.resetAndDestroy());
  return reply;
}
