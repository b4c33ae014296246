import { api, type Api, type Received } from './api.js';
import { sql } from './stores.js';

export interface FrozenUser {
  readonly userId: number;
  readonly frozen: boolean;
  readonly frozenAt?: string;
}
export interface FrozenPartner extends Omit<FrozenUser, 'userId'> {
  readonly partnerId: number;
}
type Id = number | string;

const WHY = '명의 도용 신고';

/** The calls that stop somebody's money, and let it move again, through one instance. */
export const freezesThrough = (instance: Api) => {
  const ask =
    <Shown>(owner: 'users' | 'partners', act: 'freeze' | 'unfreeze') =>
    (id: Id, body: unknown = { reason: WHY }, key?: string): Promise<Received<Shown>> =>
      instance.send<Shown>('POST', `/operations/${owner}/${id}/${act}`, body, { key });
  return {
    freezeUser: ask<FrozenUser>('users', 'freeze'),
    unfreezeUser: ask<FrozenUser>('users', 'unfreeze'),
    freezePartner: ask<FrozenPartner>('partners', 'freeze'),
    unfreezePartner: ask<FrozenPartner>('partners', 'unfreeze'),
  };
};

export const { freezeUser, unfreezeUser, freezePartner, unfreezePartner } = freezesThrough(api);

/** What is written of what operators did to somebody, oldest first. */
export const actsOn = (subject: 'user' | 'partner' | 'movement', id: number) =>
  sql<{ action: string; reason: string | null; role: string }>(
    'SELECT action, reason, role FROM operator_acts WHERE subject = ? AND subject_id = ? ORDER BY id',
    [subject, id],
  );
