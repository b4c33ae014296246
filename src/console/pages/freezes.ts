import { h } from 'preact';
import type { Page } from '../shell/page.js';
import type { Schemas } from '../shell/schemas.js';
import type { Visit } from '../shell/visit.js';
import { FreezePage, type Freezing, type Frozen } from './freezes.page.js';

type Wanted = Omit<Freezing, 'name'>;

/** What the form was sent with. */
interface FreezeForm {
  readonly reason?: string;
  readonly idempotencyKey: string;
}

/** The form. @throws ApiRefusal for nobody */
export async function askToFreeze(visit: Visit, wanted: Wanted): Promise<Page> {
  const name = await nameOf(visit, wanted);
  return visit.page({ title: name }, h(FreezePage, { ...wanted, name }));
}

/** What came of the form. @throws ApiRefusal for nobody */
export async function freeze(visit: Visit, wanted: Wanted, { reason, idempotencyKey }: FreezeForm): Promise<Page> {
  const { subject, id, act } = wanted;
  // Before the act: once it is done, nothing may keep its outcome from being shown.
  const name = await nameOf(visit, wanted);
  const path = `/operations/${subject}s/${id}/${act}`;
  const answer = await visit.act<Frozen>({ method: 'POST', path, body: { reason }, idempotencyKey });
  return visit.outcome({ title: name }, h(FreezePage, { ...wanted, name, reason, answer }), answer);
}

async function nameOf(visit: Visit, { subject, id }: Wanted): Promise<string> {
  if (subject === 'user') return (await visit.get<Schemas['UserPageDto']>(`/operations/users/${id}`)).name;
  return (await visit.get<Schemas['PartnerDto']>(`/partners/${id}`)).name;
}
