import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { Refusal } from '../../platform/http/answers.js';
import { invalidField } from '../../platform/http/validation.pipe.js';

const ANSWER_WITHIN_MS = 2_000;

export interface KnownLie {
  readonly lie: string;
  /** One sentence in English. */
  readonly does: string;
  /** How often it was told since the simulator was started. */
  readonly told: number;
}

/** What the simulated bank is up to. */
export interface SimulatedBank {
  /** Null: it tells the truth. */
  readonly lie: string | null;
  /** How often it is told at most; null: until something else is set. */
  readonly times: number | null;
  readonly lies: KnownLie[];
}

interface Fault {
  readonly fault: string;
  readonly does: string;
  readonly calls: readonly string[];
  readonly told: number;
}
interface Rules {
  readonly rules: readonly { readonly fault: string; readonly on?: string; readonly times?: number }[];
}

/** Passes on to a sandbox's bank what people want it to do. It knows of the simulator what that says of itself. */
@Injectable()
export class SimulatorControl {
  private readonly logger = new Logger('SandboxBank');

  constructor(private readonly config: Config) {}

  /** @throws Refusal NotFound where the bank is no simulator, TemporarilyUnavailable while it does not answer */
  async look(): Promise<SimulatedBank> {
    const [{ faults }, { rules }] = await Promise.all([
      this.ask<{ faults: Fault[] }>('GET', 'faults'),
      this.ask<Rules>('GET', 'rules'),
    ]);
    const lies = faults.map(({ fault: lie, does, told }) => ({ lie, does, told }));
    return { lie: rules[0]?.fault ?? null, times: rules[0]?.times ?? null, lies };
  }

  /**
   * Has it lie wherever money moves, or where else this lie can be told; null: tell the truth again. Whatever rules it
   * had are gone.
   *
   * @throws Refusal InvalidRequest for a lie that it does not know, and those of `look`
   */
  async tell(lie: string | null, times: number | undefined): Promise<SimulatedBank> {
    const { faults } = await this.ask<{ faults: Fault[] }>('GET', 'faults');
    const known = faults.find(({ fault }) => fault === lie);
    if (lie !== null && !known) {
      throw invalidField('lie', `must be null, or one of ${faults.map(({ fault }) => fault).join(', ')}`);
    }
    const rules = known ? callsOf(known).map((on) => ({ fault: known.fault, on, ...(times && { times }) })) : [];
    await this.ask('PUT', 'rules', { rules });
    this.logger.warn({ message: 'the simulated bank was told how to answer', lie, times });
    return this.look();
  }

  private async ask<T>(method: 'GET' | 'PUT', what: string, body?: object): Promise<T> {
    const { bankSimulatorUrl } = this.config;
    if (bankSimulatorUrl === undefined) throw new Refusal('NotFound');
    try {
      const answer = await fetch(`${bankSimulatorUrl.replace(/\/$/, '')}/simulator/${what}`, {
        method,
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      if (!answer.ok) throw new Error(`the simulator answered ${answer.status}: ${await answer.text()}`);
      return (await answer.json()) as T;
    } catch (error) {
      throw new Refusal('TemporarilyUnavailable', undefined, undefined, { cause: error });
    }
  }
}

const MONEY_MOVES = ['withdraw', 'deposit'];

function callsOf({ calls }: Fault): readonly string[] {
  const moving = calls.filter((call) => MONEY_MOVES.includes(call));
  return moving.length > 0 ? moving : calls;
}
