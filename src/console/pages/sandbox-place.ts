export const SANDBOX_PATH = '/console/sandbox';

export const SANDBOX_STEPS = ['customer', 'bank', 'charge', 'payment', 'clock'] as const;
export type SandboxStep = (typeof SANDBOX_STEPS)[number];

/** As a lie of the bank: none. */
export const TRUTH = 'truth';

/** Where in the walk somebody is: all that the page knows, so that an address is enough to come back. */
export interface Place {
  readonly userId?: number | undefined;
  readonly paymentId?: number | undefined;
}

/** What was just done, and the status that the API answered it with. */
interface Deed {
  readonly did?: SandboxStep;
  readonly answer?: number;
}

/** The address of the page, at this place of the walk. */
export function sandboxPathOf(place: Place & Deed): string {
  const given = Object.entries(place).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return query === '' ? SANDBOX_PATH : `${SANDBOX_PATH}?${query}`;
}
