import type { FinalState } from '../final-state.js';
import type { History } from '../history.js';
import { checkAgreements } from './agreements.js';
import { checkAuthorizations } from './authorizations.js';
import { checkBooks } from './books.js';
import { checkClaims } from './claims.js';
import { checkClosings } from './closings.js';
import { checkDailyDeposits } from './daily-deposits.js';
import { checkDuplicates } from './duplicates.js';
import { checkEvents } from './events.js';
import { Evidence } from './evidence.js';
import { checkFreezes } from './freezes.js';
import { checkHeldTransfers } from './held-transfers.js';
import { checkHolds } from './holds.js';
import { checkInterest } from './interest.js';
import { checkLinks } from './links.js';
import { checkPatience } from './patience.js';
import { checkReads } from './reads.js';
import { checkSignUps } from './sign-ups.js';
import type { Violation } from './violation.js';

/** Judges a history by what everybody was told on the way and by what is there in the end. */
export function check(history: History, state: FinalState): Violation[] {
  const evidence = new Evidence(history, state);
  checkClaims(evidence);
  checkDuplicates(evidence);
  checkReads(evidence);
  checkBooks(evidence);
  checkSignUps(evidence);
  checkLinks(evidence);
  checkInterest(evidence);
  checkDailyDeposits(evidence);
  checkClosings(evidence);
  checkHeldTransfers(evidence);
  checkAuthorizations(evidence);
  checkHolds(evidence);
  checkAgreements(evidence);
  checkFreezes(evidence);
  checkEvents(evidence);
  checkPatience(evidence);
  return evidence.violations;
}
