import type { Shell } from './sandbox-calls.js';
import type { Place } from './sandbox-place.js';
import type { Said, SandboxState } from './sandbox-state.js';

/** How far somebody is, and what the steps are shown from. */
export interface Walk {
  readonly place: Place;
  readonly state: SandboxState;
  readonly shell: Shell;
  /** Why this session may not act as a customer; null where it may. */
  readonly keyTrouble: 'needsAppKey' | 'signOutFirst' | null;
  readonly mayAct: boolean;
  readonly said?: Said;
}
