import { declareMovement } from '../movements/index.js';

/** The linked bank account pays all of it into the main account: the top-up is the whole movement. */
export const CHARGE = declareMovement({ type: 'CHARGE', name: 'charge', topUp: 'all', legs: [] });
