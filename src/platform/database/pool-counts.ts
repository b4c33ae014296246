import type { Pool } from 'mysql2';
import type { PoolCounts } from '../metrics/metrics.js';

/** What mysql2's pool keeps, and does not publish. */
interface Kept {
  readonly _allConnections: { readonly length: number };
  readonly _freeConnections: { readonly length: number };
  readonly _connectionQueue: { readonly length: number };
}

export function poolCountsOf(pool: Pool): PoolCounts {
  const { _allConnections: all, _freeConnections: free, _connectionQueue: queue } = pool as unknown as Kept;
  return { open: all.length, free: free.length, waiting: queue.length };
}
