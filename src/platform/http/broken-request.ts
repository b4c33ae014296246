import type { FastifyInstance } from 'fastify';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ANSWERS, Refusal } from './answers.js';
import { envelopeOf } from './envelope.js';
import { languageOf } from './language.js';
import { requestIdOf } from './request-id.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { invalidField } from './validation.pipe.js';

interface LastAnswer {
  readonly status: number;
  readonly refusal: Refusal;
}

const BROKEN: Readonly<Record<string, LastAnswer>> = {
  HPE_HEADER_OVERFLOW: { status: 431, refusal: invalidField('headers', 'are too long') },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, refusal: invalidField('request', 'took too long to arrive') },
};
const MALFORMED: LastAnswer = { status: 400, refusal: invalidField('request', 'must be valid HTTP') };
const NO_TUNNEL: LastAnswer = { status: ANSWERS.NotFound.status, refusal: new Refusal('NotFound') };

/** Node reports the same connection again with all that still comes on it. */
const ending = new WeakSet<Duplex>();

/** What isn't HTTP has no request and no reply: the answer is written as text, and the connection closed. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  endAfterOpenAnswers(socket, BROKEN[error.code ?? ''] ?? MALFORMED);
}

/** Where Node would break a connection off with requests of it still being worked on. */
export function answerWhatWasTakenIn(server: FastifyInstance): void {
  // A client that has said everything closes its side. Node would close ours at once.
  Object.assign(server.server, { httpAllowHalfOpen: true });
  server.server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy()).resume();
    endAfterOpenAnswers(socket, NO_TUNNEL, request);
  });
}

/**
 * A client may send requests one behind the other without waiting for answers. Those that came whole are being worked
 * on, and are answered first, in their order; only then it is told of what came behind them.
 */
function endAfterOpenAnswers(socket: Duplex, last: LastAnswer, request?: IncomingMessage): void {
  if (ending.has(socket)) return;
  ending.add(socket);
  const next = () => {
    // Either side has closed it on the way.
    if (!socket.writable) return;
    const open = openAnswerOn(socket);
    // What is broken may also be the body of the request itself, which nobody works on then.
    if (open?.req.complete) open.once('close', next);
    else end(socket, last, request ?? open?.req);
  };
  next();
}

/** The answer whose turn it is. Node keeps it there, and when it is written puts the next one in its place. */
function openAnswerOn(socket: Duplex): ServerResponse | null {
  return (socket as { _httpMessage?: ServerResponse | null })._httpMessage ?? null;
}

/** `request`: whose language it is, where its headers have come. */
function end(socket: Duplex, { status, refusal }: LastAnswer, request: IncomingMessage | undefined): void {
  const language = languageOf(request?.headers['accept-language']);
  const body = JSON.stringify(envelopeOf(refusal, language));
  const headers = {
    ...SECURITY_HEADERS,
    'x-request-id': requestIdOf({ headers: {} }),
    'content-type': 'application/json; charset=utf-8',
    'content-language': language,
    vary: 'accept-language',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}
