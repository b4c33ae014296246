/** Requests to one endpoint at a time, by one instance. */
export const REQUESTS_MAX = 8;
/** An endpoint that answers later than this is slow. */
export const SLOW_MS = 1_000;
const BATCH_MAX = 64;

/** How an endpoint is served: how many events at a time, and whether among those that answer well. */
export interface Pace {
  readonly batch: number;
  /** Those that are not `well` have lanes of their own; a `failing` one rests until the next round after each batch. */
  readonly health: 'well' | 'slow' | 'failing';
}

/** What became of a batch. */
export interface BatchResult {
  readonly delivered: number;
  readonly failed: number;
  /** One of them took longer than `SLOW_MS`. */
  readonly slow: boolean;
}

/** An endpoint that nothing is known of has to show that it answers before it is served among those that do. */
export const FIRST_PACE: Pace = { batch: 1, health: 'slow' };

/**
 * An endpoint that takes nothing gets one event a round, so that it costs nobody much and few events waste their
 * attempts; as soon as it takes one again, the batches double.
 */
export function paceAfter(pace: Pace, { delivered, failed, slow }: BatchResult): Pace {
  if (delivered === 0) return failed === 0 ? pace : { batch: 1, health: 'failing' };
  if (slow) return { batch: REQUESTS_MAX, health: 'slow' };
  return { batch: Math.min(BATCH_MAX, pace.batch * 2), health: 'well' };
}

/** 1, 4, 16, 64 … times the base: how long after its n-th failure an event is sent again. */
export function retryDelayMs(attempts: number, baseMs: number): number {
  return baseMs * 4 ** (attempts - 1);
}
