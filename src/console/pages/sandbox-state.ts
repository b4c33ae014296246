import type { FastifyRequest } from 'fastify';
import { type ApiRefusal } from '../console.errors.js';
import type { ApiAnswer } from '../shell/console-api.js';
import type { Schemas } from '../shell/schemas.js';
import { orRefusal, type Visit } from '../shell/visit.js';
import type { Place, SandboxStep } from './sandbox-place.js';

export type Story = Schemas['PaymentStoryDto'];

/** All that the page shows; what could not be had is the refusal. */
export interface SandboxState {
  readonly bank: Schemas['SandboxBankDto'] | ApiRefusal;
  readonly clock: Schemas['SandboxClockDto'];
  /** Absent until there is one. */
  readonly customer?: Schemas['UserPageDto'] | ApiRefusal;
  readonly story?: Story | ApiRefusal;
}

/** What came of the last step: the status of the API's answer, or all of it where it was refused. */
export interface Said {
  readonly step: SandboxStep;
  readonly answer: number | ApiAnswer<unknown>;
}

/** Where the service is for who asks it without the console. */
export const originOf = ({ protocol, host }: FastifyRequest): string => `${protocol}://${host}`;

export async function readSandbox(visit: Visit, { userId, paymentId }: Place): Promise<SandboxState> {
  const user = userId === undefined ? undefined : readUser(visit, userId);
  const [bank, clock, customer, story] = await Promise.all([
    orRefusal(visit.get<Schemas['SandboxBankDto']>('/sandbox/bank')),
    visit.get<Schemas['SandboxClockDto']>('/sandbox/clock'),
    user,
    paymentId === undefined ? undefined : readStory(visit, paymentId),
  ]);
  return { bank, clock, ...(customer && { customer }), ...(story && { story }) };
}

export const readStory = (visit: Visit, paymentId: number): Promise<Story | ApiRefusal> =>
  orRefusal(visit.get<Story>(`/operations/payments/${paymentId}/story`));

const readUser = (visit: Visit, userId: number) =>
  orRefusal(visit.get<Schemas['UserPageDto']>(`/operations/users/${userId}`));
