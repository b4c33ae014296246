import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { durableSettings, mysqlSettings, testDatabasesSql } from './database.mjs';
import { firstAnswer, freePort } from './ports.mjs';
import { pingsBack, redisSettings } from './redis.mjs';

export const databaseImage = 'mysql:8.4';
export const redisImage = 'redis:8';

/**
 * A server in a container, with the same handles as a private program. testcontainers' reaper removes it if we end
 * without stopping it.
 */
class ContainerServer {
  #container; // as testcontainers knows it
  #engine; // the engine's own handle, for signals

  constructor({ image, port, configure, ready, url }) {
    Object.assign(this, { name: image, image, port, configure, ready, url });
    this.description = `${image} in Docker (127.0.0.1:${port})`;
  }

  async start() {
    if (this.#container) {
      await this.#engine.start(); // again, after kill()
    } else {
      // Loaded only here, and only after an install: a machine without an engine does not pay for it.
      const { GenericContainer, getContainerRuntimeClient } = await import('testcontainers');
      this.#container = await this.configure(new GenericContainer(this.image)).withStartupTimeout(180_000).start();
      this.#engine = (await getContainerRuntimeClient()).container.getById(this.#container.getId());
    }
    for (const deadline = Date.now() + 120_000; !(await this.ready(this.port)); await sleep(100)) {
      if (Date.now() > deadline) throw new Error(`${this.image} does not answer on port ${this.port}.`);
    }
  }

  async kill(signal = 'SIGKILL') {
    if (signal === 'SIGSTOP') await this.#engine.pause();
    else if (signal === 'SIGCONT') await this.#engine.unpause();
    else {
      await this.#engine.kill({ signal });
      await this.#engine.wait();
    }
  }

  async stop() {
    await this.#container?.stop({ timeout: 30_000 });
    this.#container = undefined;
  }

  async discard() {
    await this.stop();
  }

  async restart() {
    await this.#container.restart({ timeout: 30_000 });
  }
}

/** Its data is kept in `folder`, or goes with the container when there is none. */
export async function databaseContainer({ folder, password }) {
  const port = await freePort('0.0.0.0');
  return new ContainerServer({
    image: databaseImage,
    port,
    configure: (container) => {
      if (folder) mkdirSync(join(folder, 'data'), { recursive: true });
      return container
        .withEnvironment({
          MYSQL_DATABASE: 'pay',
          MYSQL_USER: 'pay',
          MYSQL_PASSWORD: password,
          MYSQL_RANDOM_ROOT_PASSWORD: 'yes',
        })
        .withCopyContentToContainer([{ content: testDatabasesSql, target: '/docker-entrypoint-initdb.d/tests.sql' }])
        .withCommand([...durableSettings, ...mysqlSettings])
        .withExposedPorts({ container: 3306, host: port })
        .withBindMounts(folder ? [{ source: join(folder, 'data'), target: '/var/lib/mysql' }] : []);
    },
    ready: async () => (await firstAnswer(port))?.[4] === 10,
    url: `mysql://pay:${password}@127.0.0.1:${port}/pay`,
  });
}

export async function redisContainer() {
  const port = await freePort('0.0.0.0');
  return new ContainerServer({
    image: redisImage,
    port,
    configure: (container) =>
      container.withCommand(['redis-server', ...redisSettings]).withExposedPorts({ container: 6379, host: port }),
    ready: pingsBack,
    url: `redis://127.0.0.1:${port}/0`,
  });
}
