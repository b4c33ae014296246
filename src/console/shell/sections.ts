import type { TextKey } from '../texts/index.js';

/** A page of the navigation, and all pages below its path. */
export interface Section {
  readonly path: string;
  readonly text: TextKey;
  /** Whether production has none. */
  readonly isOfSandbox?: true;
}

/** In the order of the navigation; the first one is where a sign-in leads. */
export const SECTIONS: readonly [Section, ...Section[]] = [
  { path: '/console/today', text: 'today' },
  { path: '/console/search', text: 'search' },
  { path: '/console/pending', text: 'pending' },
  { path: '/console/partners', text: 'partners' },
  { path: '/console/webhooks', text: 'webhooks' },
  { path: '/console/settlements', text: 'settlements' },
  { path: '/console/audits', text: 'audits' },
  { path: '/console/acts', text: 'acts' },
  { path: '/console/keys', text: 'keys' },
  { path: '/console/sandbox', text: 'sandbox', isOfSandbox: true },
];
