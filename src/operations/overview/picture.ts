import { BANKS } from '../../bank/index.js';
import { PAYMENT_OUTCOMES, type PaymentOutcome, TOP_UP_OUTCOMES, type TopUpOutcome } from './counts.js';
import type { HeardReport, InstanceReport } from './instance-reports.js';
import { minuteOf, MINUTES } from './minute-counts.js';

/** One that has said nothing for longer is not there any more, or can't be heard. */
const ALIVE_SECONDS = 15;

type PaymentCounts = Readonly<Record<PaymentOutcome, number>>;

export interface Instance {
  readonly id: string;
  readonly version: string;
  readonly commit?: string;
  readonly startedMsAgo: number;
  readonly heardSecondsAgo: number;
  readonly openCircuits: string[];
}

export interface OpenCircuit {
  readonly bankCode: string;
  readonly bankName: string;
  readonly instanceIds: string[];
}

/** What all instances have counted in the last hour, and those that are there. */
export interface Picture {
  readonly payments: PaymentCounts & { readonly perMinute: readonly (PaymentCounts & { minutesAgo: number })[] };
  readonly topUps: Readonly<Record<TopUpOutcome, number>>;
  readonly openCircuits: OpenCircuit[];
  readonly instances: Instance[];
}

/** Draws it from what the instances said; `nowMs` is the real time, which they count by. */
export function pictureOf(heard: readonly HeardReport[], nowMs: number): Picture {
  const reports = heard.map(({ report }) => report);
  const now = minuteOf(nowMs);
  const minutesAgo = Array.from({ length: MINUTES }, (_, index) => MINUTES - 1 - index);
  const perMinute = minutesAgo.map((ago) => ({ minutesAgo: ago, ...paymentsIn(reports, now - ago) }));
  const topUps = minutesAgo.map((ago) => topUpsIn(reports, now - ago));
  const instances = heard
    .filter(({ report, heardSecondsAgo }) => !report.isLeaving && heardSecondsAgo <= ALIVE_SECONDS)
    .map((one) => instanceOf(one, nowMs));
  return {
    payments: { ...sumOf(PAYMENT_OUTCOMES, perMinute), perMinute },
    topUps: sumOf(TOP_UP_OUTCOMES, topUps),
    openCircuits: circuitsOf(instances),
    instances,
  };
}

function paymentsIn(reports: readonly InstanceReport[], minute: number): PaymentCounts {
  const counted = (name: PaymentOutcome) => total(reports, (it) => it.counted[minute]?.[`payments.${name}`]);
  return of(PAYMENT_OUTCOMES, counted);
}

function topUpsIn(reports: readonly InstanceReport[], minute: number): Record<TopUpOutcome, number> {
  return of(TOP_UP_OUTCOMES, (name) => total(reports, (it) => it.counted[minute]?.[`topUps.${name}`]));
}

function instanceOf({ report, heardSecondsAgo }: HeardReport, nowMs: number): Instance {
  const { id, version, commit, startedAtMs, openCircuits } = report;
  return {
    id,
    version,
    ...(commit !== undefined && { commit }),
    startedMsAgo: Math.max(0, nowMs - startedAtMs),
    heardSecondsAgo,
    openCircuits: [...openCircuits],
  };
}

/** By bank, which of the instances leave it alone. */
function circuitsOf(instances: readonly Instance[]): OpenCircuit[] {
  const codes = [...new Set(instances.flatMap(({ openCircuits }) => openCircuits))].sort();
  return codes.map((bankCode) => ({
    bankCode,
    bankName: BANKS.find(({ code }) => code === bankCode)?.name ?? bankCode,
    instanceIds: instances.filter(({ openCircuits }) => openCircuits.includes(bankCode)).map(({ id }) => id),
  }));
}

function of<Name extends string>(names: readonly Name[], value: (name: Name) => number): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, value(name)])) as Record<Name, number>;
}

function sumOf<Name extends string>(names: readonly Name[], counts: readonly Readonly<Record<Name, number>>[]) {
  return of(names, (name) => total(counts, (it) => it[name]));
}

function total<T>(items: readonly T[], value: (item: T) => number | undefined): number {
  return items.reduce((sum, item) => sum + (value(item) ?? 0), 0);
}
