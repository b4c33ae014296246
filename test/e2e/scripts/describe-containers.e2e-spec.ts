import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { databaseImage, redisImage } from '../../../scripts/stack/containers.mjs';

/** There is no Docker engine in most tests: what can be known without one is held here. */
interface Service {
  readonly image: string;
  readonly build?: { readonly target: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: readonly string[] | Readonly<Record<string, object>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly [option: string]: unknown;
}
interface Composition {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
}

const read = (path: string) => readFileSync(join(import.meta.dirname, '../../..', path), 'utf8');
const FILES = ['docker-compose.yml', 'compose.cluster.yml'];
const compositions = FILES.map((file): [string, Composition] => [
  file,
  parse(read(file), { merge: true }) as Composition,
]);
const services = compositions.flatMap(([file, composition]) =>
  Object.entries(composition.services).map(([name, service]): [string, Service, Composition] => [
    `${name} of ${file}`,
    service,
    composition,
  ]),
);
const dockerfile = read('Dockerfile');
const stages = [...dockerfile.matchAll(/^FROM (\S+) AS (\S+)$/gm)].map(([, from = '', name = '']) => ({ from, name }));

describe.each(services)('%s', (_name, service, { services: others, volumes }) => {
  it('may write nowhere but where it must, and has no rights beyond its own', () => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(service).toMatchObject({ mem_limit: expect.stringMatching(/^\d+m$/), pids_limit: expect.any(Number) });
  });

  it('listens on loopback only, unless it is told otherwise', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^(127\.0\.0\.1|\$\{BIND:-127\.0\.0\.1\}):/);
  });

  it('depends on services, and mounts volumes, that there are', () => {
    const needed = Array.isArray(service.depends_on) ? service.depends_on : Object.keys(service.depends_on ?? {});
    expect(Object.keys(others)).toEqual(expect.arrayContaining(needed));
    const mounted = (service.volumes ?? []).map((volume) => volume.split(':')[0] ?? '').filter((it) => !/^\./.test(it));
    expect(Object.keys(volumes)).toEqual(expect.arrayContaining(mounted));
  });

  it('is of an image that npm start uses too, or built here, from a stage of its own', () => {
    if (service.build) {
      expect(stages.map(({ name }) => name)).toContain(service.build.target);
      const ofSameName = Object.values(others).filter(({ image }) => image === service.image);
      expect(ofSameName).toHaveLength(1); // two builds of one name would race
    } else {
      expect([databaseImage, redisImage]).toContain(service.image);
    }
  });

  it('is told only what .env.example explains', () => {
    if (!service.build) return;
    const known = [...read('.env.example').matchAll(/^# ([A-Z_]+)=/gm)].map(([, variable]) => variable);
    expect(known).toEqual(expect.arrayContaining(Object.keys(service.environment ?? {})));
  });
});

describe('the Dockerfile', () => {
  it('takes Node from one place, and everything else from stages of its own', () => {
    const known = new Set(['${NODE_IMAGE}', ...stages.map(({ name }) => name)]);
    expect(dockerfile.match(/^FROM /gm)).toHaveLength(stages.length);
    expect(stages.map(({ from }) => from).filter((from) => !known.has(from))).toEqual([]);
  });

  it('ends with the service, which has no simulator in it', () => {
    expect(stages.at(-1)?.name).toBe('service');
    expect(dockerfile).toContain('npm run build && mv dist/bank-simulator ./bank-simulator');
    const [service = ''] = /^FROM \S+ AS service$[^]*/m.exec(dockerfile) ?? [];
    expect(service).not.toContain('simulator');
  });

  it('starts Node with the options of npm run start:prod', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const flags = (text: string) => text.match(/--[a-z0-9-]+(=\d+)?(?=[\s",])/g)?.filter((it) => !it.includes('env'));
    const [command = ''] =
      /^CMD \[[^\]]*dist\/main\.js"\]/m.exec(dockerfile.slice(dockerfile.lastIndexOf('\nCMD'))) ?? [];
    expect(flags(command)).toEqual(flags(scripts['start:prod'] ?? ''));
  });
});
