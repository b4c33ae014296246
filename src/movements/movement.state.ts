/** A movement is COMPLETED at once, or PENDING while the bank is asked. Both ends are final. */
export type MovementStatus = 'PENDING' | 'COMPLETED' | 'FAILED';

const MOVES: Readonly<Record<MovementStatus, readonly MovementStatus[]>> = {
  PENDING: ['COMPLETED', 'FAILED'],
  COMPLETED: [],
  FAILED: [],
};

export function canMove(from: MovementStatus, to: MovementStatus): boolean {
  return MOVES[from].includes(to);
}
