import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

interface UrlPath {
  readonly shape: RegExp;
  readonly description: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads variables one by one and remembers what is wrong with each, so that all mistakes are reported together.
 * A blank variable counts as absent. A mistake never repeats the value: it may be a secret.
 */
export class EnvironmentReader {
  readonly mistakes: string[] = [];

  constructor(private readonly env: Environment) {}

  /** The trimmed value, or undefined when the variable is absent or blank. */
  optional(name: string): string | undefined {
    return this.env[name]?.trim() || undefined;
  }

  text(name: string, byDefault: string, shape: RegExp, description: string): string {
    return this.checked(name, byDefault, (value) => shape.test(value), `must be ${description}`);
  }

  integer(name: string, byDefault: number, min: number, max: number): number {
    const inRange = (value: string) => /^\d{1,15}$/.test(value) && Number(value) >= min && Number(value) <= max;
    return Number(this.checked(name, String(byDefault), inRange, `must be an integer from ${min} to ${max}`));
  }

  oneOf<T extends string>(name: string, byDefault: T, choices: readonly T[]): T {
    const chosen = this.checked(
      name,
      byDefault,
      (value) => choices.includes(value as T),
      `must be one of ${choices.join(', ')}`,
    );
    return chosen as T;
  }

  /** `path`: what must stand behind the host, when that matters. */
  url(name: string, byDefault: string, protocols: readonly string[], path?: UrlPath): string {
    const value = this.optional(name);
    if (value === undefined) return byDefault;
    const complaint = complaintAbout(URL.parse(value), protocols, path);
    if (complaint === undefined) return value;
    this.mistakes.push(`${name} ${complaint}`);
    return byDefault;
  }

  /**
   * A URL for each host of one that may name several: `mysql://user:password@a:3306,b:3306/name`. Nothing may stand
   * behind the path, since nobody would heed it.
   */
  urlOfEachHost(name: string, byDefault: string, protocols: readonly string[], path: UrlPath): readonly string[] {
    const value = this.optional(name) ?? byDefault;
    const [, before = '', hosts = value, behind = ''] = /^([^/]*\/\/(?:[^/?#]*@)?)([^/?#]*)(.*)$/.exec(value) ?? [];
    const urls = hosts.split(',').map((host) => `${before}${host}${behind}`);
    const complaints = urls.map((url) => complaintAbout(URL.parse(url), protocols, path));
    if (/[?#]/.test(behind)) complaints.push(`must ${path.description}`);
    if (new Set(urls).size < urls.length) complaints.push('must name each host once');
    const complaint = complaints.find((it) => it !== undefined);
    if (complaint === undefined) return urls;
    this.mistakes.push(`${name} ${complaint}`);
    return [byDefault];
  }

  /** The certificates in a file (PEM); undefined when no file is named. */
  certificates(name: string): string | undefined {
    const file = this.optional(name);
    if (file === undefined) return undefined;
    try {
      const text = readFileSync(file, 'utf8');
      new X509Certificate(text); // the first of them; throws where there is none
      return text;
    } catch {
      this.mistakes.push(`${name} must be a readable file with certificates (PEM)`);
      return undefined;
    }
  }

  /** Addresses and networks, separated by commas; undefined when there are none. */
  networks(name: string): string | undefined {
    const isNetwork = (text: string) => {
      const [address = '', bits, ...rest] = text.trim().split('/');
      const bitsMax = isIP(address) === 4 ? 32 : 128;
      return isIP(address) > 0 && rest.length === 0 && (bits === undefined || isBits(bits, bitsMax));
    };
    const isList = (value: string) => value.split(',').every(isNetwork);
    return (
      this.checked(name, '', isList, 'must be addresses or networks like 10.0.0.0/8, separated by commas') || undefined
    );
  }

  /** Addresses of name servers, each with or without a port, separated by commas; undefined when there are none. */
  nameServers(name: string): readonly string[] | undefined {
    const complaint = 'must be addresses of name servers like 10.0.0.2 or [fd00::2]:53, separated by commas';
    const servers = this.checked(name, '', (value) => namesIn(value).every(isNameServer), complaint);
    return servers === '' ? undefined : namesIn(servers);
  }

  /** Hosts with or without a port, separated by commas; none when it is absent. */
  servers(name: string, portByDefault: number): readonly ServerAddress[] {
    const serversIn = (list: string) => namesIn(list).map((text) => serverOf(text, portByDefault));
    const isList = (value: string) => serversIn(value).every((server) => server !== undefined);
    const list = this.checked(name, '', isList, `must be hosts like redis1:${portByDefault}, separated by commas`);
    return serversIn(list).filter((server) => server !== undefined);
  }

  /** Keys of 32 bytes, separated by commas; none when it is absent. */
  keys(name: string): readonly string[] {
    const shape = /^[0-9a-f]{64}(\s*,\s*[0-9a-f]{64})*$/i;
    const complaint = 'must be 64 hexadecimal digits (32 random bytes), and behind a comma each further key';
    const keys = this.checked(name, '', (value) => shape.test(value), complaint);
    return keys === '' ? [] : namesIn(keys.toLowerCase());
  }

  private checked(name: string, byDefault: string, accepts: (value: string) => boolean, complaint: string): string {
    const value = this.optional(name);
    if (value === undefined) return byDefault;
    if (accepts(value)) return value;
    this.mistakes.push(`${name} ${complaint}`);
    return byDefault;
  }
}

const isBits = (text: string, max: number) => /^\d{1,3}$/.test(text) && Number(text) <= max;

const isPort = (text: string) => Number(text) >= 1 && Number(text) <= 65_535;

const namesIn = (list: string) => list.split(',').map((name) => name.trim());

function isNameServer(text: string): boolean {
  const [, v6, v4, port] = /^(?:\[(.*)\]|([^[\]]*?))(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (isIP(text) === 6) return true;
  return (v6 === undefined ? isIP(v4 ?? '') === 4 : isIP(v6) === 6) && Number(port ?? 53) <= 65_535;
}

function serverOf(text: string, portByDefault: number): ServerAddress | undefined {
  const [, v6, name, port = String(portByDefault)] = /^(?:\[(.*)\]|([\w.-]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = v6 ?? name;
  if (host === undefined || (v6 !== undefined && isIP(v6) !== 6)) return undefined;
  return isPort(port) ? { host, port: Number(port) } : undefined;
}

function complaintAbout(url: URL | null, protocols: readonly string[], path?: UrlPath): string | undefined {
  const starts = protocols.map((protocol) => `${protocol}://`).join(' or ');
  if (!url || !protocols.includes(url.protocol.slice(0, -1))) return `must be a URL that starts with ${starts}`;
  if (url.hostname === '') return `must name a host behind ${starts}`;
  if (![url.username, url.password, url.pathname].every(isDecodable)) {
    return 'has a % that no two hexadecimal digits follow: write % itself as %25';
  }
  return path && !path.shape.test(url.pathname) ? `must ${path.description}` : undefined;
}

function isDecodable(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
