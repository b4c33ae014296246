import { createServer, connect } from 'node:net';

/**
 * A port that nobody listens on, below the range that the system hands out to outgoing connections: a port of that
 * range may be taken by a client while its server is down for a moment, and a client that tries it again and again may
 * even connect to itself.
 */
export async function freePort(host = '127.0.0.1') {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    if (await isFree(port, host)) return port;
  }
  throw new Error('No free port between 15000 and 29999.');
}

const isFree = async (port, host) => (await listenError(port, host)) === undefined;

/**
 * The code of the error when nobody can listen there, EADDRINUSE for a port that is taken; undefined when it can be
 * done.
 */
export function listenError(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }) => resolve(code));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/**
 * Connects, says `greeting` if there is one, and resolves to the first bytes of the answer, or to nothing within a
 * second.
 */
export function firstAnswer(port, greeting, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const finish = (bytes) => {
      socket.destroy();
      resolve(bytes);
    };
    socket.setTimeout(1000, () => finish(undefined));
    socket.once('error', () => finish(undefined));
    socket.once('close', () => finish(undefined));
    socket.once('data', finish);
    if (greeting) socket.write(greeting);
  });
}
