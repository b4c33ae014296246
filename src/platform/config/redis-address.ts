import type { EnvironmentReader, ServerAddress } from './environment-reader.js';

interface Access {
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** `ca`: the only certificates that are trusted, where they are not the system's. */
type Tls = { readonly ca?: string };

/** Where Redis is: one server, a master that Sentinels watch, or a cluster. */
export type RedisAddress = { readonly tls: Tls | undefined } & (
  | { readonly form: 'server'; readonly url: string }
  | ({
      readonly form: 'sentinel';
      readonly sentinels: readonly ServerAddress[];
      readonly name: string;
      readonly sentinelAccess: Access;
    } & Access)
  | ({ readonly form: 'cluster'; readonly nodes: readonly ServerAddress[] } & Access)
);

const FORMS = ['REDIS_URL', 'REDIS_SENTINELS', 'REDIS_CLUSTER'] as const;
/** What goes with some of the forms only: REDIS_URL holds all of it itself. */
const GOES_WITH: Readonly<Record<string, readonly (typeof FORMS)[number][]>> = {
  REDIS_SENTINEL_NAME: ['REDIS_SENTINELS'],
  REDIS_SENTINEL_USERNAME: ['REDIS_SENTINELS'],
  REDIS_SENTINEL_PASSWORD: ['REDIS_SENTINELS'],
  REDIS_USERNAME: ['REDIS_SENTINELS', 'REDIS_CLUSTER'],
  REDIS_PASSWORD: ['REDIS_SENTINELS', 'REDIS_CLUSTER'],
  REDIS_TLS: ['REDIS_SENTINELS', 'REDIS_CLUSTER'],
};

/** Reads all that begins with `REDIS_` and says where Redis is, and how to get in. */
export function readRedisAddress(read: EnvironmentReader): RedisAddress {
  const form = formOf(read);
  const url = read.url('REDIS_URL', 'redis://127.0.0.1:6379/0', ['redis', 'rediss'], {
    shape: /^\/?$|^\/\d{1,5}$/,
    description: "end with a database's number, or with nothing behind the host: redis://host:6379/0",
  });
  const sentinels = read.servers('REDIS_SENTINELS', 26_379);
  const nodes = read.servers('REDIS_CLUSTER', 6379);
  const isSwitchedOn = read.oneOf('REDIS_TLS', 'off', ['off', 'on']) === 'on';
  const tls = tlsOf(read, form === 'REDIS_URL' ? URL.parse(url)?.protocol === 'rediss:' : isSwitchedOn);
  if (form === 'REDIS_URL') return { form: 'server', url, tls };
  const access = accessOf(read, 'REDIS');
  if (form === 'REDIS_CLUSTER') return { form: 'cluster', nodes, tls, ...access };
  const name = read.optional('REDIS_SENTINEL_NAME') ?? '';
  if (name === '') {
    read.mistakes.push('REDIS_SENTINEL_NAME must be set with REDIS_SENTINELS: what they call the master');
  }
  return { form: 'sentinel', sentinels, name, sentinelAccess: accessOf(read, 'REDIS_SENTINEL'), tls, ...access };
}

function formOf(read: EnvironmentReader): (typeof FORMS)[number] {
  const [form = 'REDIS_URL', ...others] = FORMS.filter((name) => read.optional(name));
  if (others.length > 0) {
    read.mistakes.push(`${[form, ...others].join(' and ')} exclude each other: set one of them`);
    return form;
  }
  for (const [name, forms] of Object.entries(GOES_WITH)) {
    if (read.optional(name) && !forms.includes(form)) {
      const hint = forms.length > 1 ? ': REDIS_URL has a place for it' : '';
      read.mistakes.push(`${name} goes with ${forms.join(' or ')}${hint}`);
    }
  }
  return form;
}

function accessOf(read: EnvironmentReader, prefix: 'REDIS' | 'REDIS_SENTINEL'): Access {
  const [username, password] = [read.optional(`${prefix}_USERNAME`), read.optional(`${prefix}_PASSWORD`)];
  if (username && !password) read.mistakes.push(`${prefix}_USERNAME needs ${prefix}_PASSWORD`);
  return { username, password };
}

function tlsOf(read: EnvironmentReader, isOn: boolean): Tls | undefined {
  const ca = read.certificates('REDIS_TLS_CA');
  if (read.optional('REDIS_TLS_CA') && !isOn) {
    read.mistakes.push('REDIS_TLS_CA needs TLS: rediss:// in REDIS_URL, or REDIS_TLS=on');
  }
  if (!isOn) return undefined;
  return ca === undefined ? {} : { ca };
}
