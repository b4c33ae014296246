import { createSocket } from 'node:dgram';
import { createServer, connect } from 'node:net';

/**
 * A port that nobody listens on, below the range that the system hands out to outgoing connections: a port of that
 * range may be taken by a client while its server is down for a moment, and a client that tries it again and again may
 * even connect to itself. It is ours alone until this process ends: others that look for one at the same time get
 * another, also before anybody listens on ours.
 */
export async function freePort(host = '127.0.0.1') {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const release = await claim(port);
    if (!release) continue;
    if (await isFree(port, host)) return port;
    release();
  }
  throw new Error('No free port between 15000 and 29999.');
}

/** By the UDP port of the same number, which nobody here uses: the system lets it go when we end. */
function claim(port) {
  return new Promise((resolve) => {
    const socket = createSocket('udp4').unref();
    socket.once('error', () => resolve(undefined));
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(() => socket.close()));
  });
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
