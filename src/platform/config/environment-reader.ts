import { isIP } from 'node:net';

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

  url(name: string, byDefault: string, protocols: readonly string[]): string {
    const accepted = (value: string) => protocols.includes(URL.parse(value)?.protocol.slice(0, -1) ?? '');
    return this.checked(name, byDefault, accepted, `must be a URL that starts with ${protocols.join(':// or ')}://`);
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

  private checked(name: string, byDefault: string, accepts: (value: string) => boolean, complaint: string): string {
    const value = this.optional(name);
    if (value === undefined) return byDefault;
    if (accepts(value)) return value;
    this.mistakes.push(`${name} ${complaint}`);
    return byDefault;
  }
}

const isBits = (text: string, max: number) => /^\d{1,3}$/.test(text) && Number(text) <= max;
