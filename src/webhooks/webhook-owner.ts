/**
 * Whose endpoints and events these are, in place of a partner's id: the wallet's own back end. Ids of partners begin
 * with 1.
 */
export const APP = 0;
