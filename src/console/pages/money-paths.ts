import { movementPathOf, paymentPathOf } from './console-paths.js';

/** Where movements, payments, audits and the acts on them are. */
export const PENDING_PATH = '/console/pending';
export const AUDITS_PATH = '/console/audits';
export const auditPathOf = (auditId: number): string => `${AUDITS_PATH}/${auditId}`;
export const cancelPathOf = (paymentId: number): string => `${paymentPathOf(paymentId)}/cancel`;
export const inquirePathOf = (movementId: number): string => `${movementPathOf(movementId)}/inquire`;
