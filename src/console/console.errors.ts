import type { ApiAnswer } from './shell/console-api.js';

/** Why somebody is to sign in again; `revoked`: the API does not take the key any more. */
export const SIGN_IN_REASONS = ['idle', 'old', 'revoked', 'signed-out'] as const;
export type SignInReason = (typeof SIGN_IN_REASONS)[number];

/** Nobody is signed in, or not any more. */
export class SignInNeeded extends Error {
  constructor(readonly reason?: SignInReason) {
    super('sign in first');
    this.name = 'SignInNeeded';
  }
}

/** A form that no page of this session has made, or one that is too old. */
export class ForeignForm extends Error {
  constructor() {
    super('the form is not of this session');
    this.name = 'ForeignForm';
  }
}

/** Another site's link, with which the browser sends no cookie: followed once more from here it does. */
export class FromElsewhere extends Error {
  constructor() {
    super('come in again');
    this.name = 'FromElsewhere';
  }
}

/** The API's answer to a question of a page, where it is a refusal. */
export class ApiRefusal extends Error {
  constructor(readonly answer: ApiAnswer<unknown>) {
    super(answer.code);
    this.name = 'ApiRefusal';
  }
}
