/** What the simulator is started with; see the README for the variables. */
export interface SimulatorConfig {
  readonly host: string;
  readonly port: number;
  /** Where its record is kept; in memory only when absent. */
  readonly dataFile: string | undefined;
  /** How long every call of the bank takes at least. */
  readonly latencyMs: number;
  readonly tokenSeconds: number;
  readonly clientId: string;
  readonly clientSecret: string;
}

const THREE_MONTHS_SECONDS = 7_776_000;

/** @throws {Error} naming every mistake, a line each */
export function loadSimulatorConfig(env: Readonly<Record<string, string | undefined>>): SimulatorConfig {
  const mistakes: string[] = [];
  const text = (name: string, byDefault: string) => env[name]?.trim() || byDefault;
  const integer = (name: string, byDefault: number, min: number, max: number) => {
    const value = text(name, String(byDefault));
    if (/^\d{1,9}$/.test(value) && Number(value) >= min && Number(value) <= max) return Number(value);
    mistakes.push(`${name} must be an integer from ${min} to ${max}`);
    return byDefault;
  };
  const config = {
    host: text('SIMULATOR_HOST', '127.0.0.1'),
    port: integer('SIMULATOR_PORT', 4000, 0, 65_535),
    dataFile: text('SIMULATOR_DATA', '') || undefined,
    latencyMs: integer('SIMULATOR_LATENCY_MS', 0, 0, 60_000),
    tokenSeconds: integer('SIMULATOR_TOKEN_SECONDS', THREE_MONTHS_SECONDS, 1, THREE_MONTHS_SECONDS),
    clientId: text('SIMULATOR_CLIENT_ID', 'pay-practice'),
    clientSecret: text('SIMULATOR_CLIENT_SECRET', 'sandbox-secret'),
  };
  if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
  return config;
}
