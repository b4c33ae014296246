import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from './campaign.js';
import type { ServiceSystem } from './system.js';

/** Where a campaign writes its history, among the programs' logs. */
export const historyFileIn = ({ folder }: ServiceSystem) => join(folder, 'history.jsonl');

/** The history, the rows, the bank's record and the programs' logs outlive the run in `folder`, which is returned. */
export function keepEvidence(system: ServiceSystem, { state, violations }: Result, folder: string): string {
  mkdirSync(folder, { recursive: true });
  cpSync(system.folder, folder, { recursive: true });
  writeFileSync(join(folder, 'state.json'), JSON.stringify(state));
  writeFileSync(join(folder, 'violations.json'), JSON.stringify(violations, null, 1));
  return folder;
}
