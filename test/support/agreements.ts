import { api, type Api } from './api.js';
import { SANDBOX_PARTNER } from './builders.js';

export interface Agreed {
  readonly agreementId: number;
  readonly partnerId: number;
  readonly limitPerPayment: number;
  readonly limitPerDay: number;
  readonly agreedAt: string;
  readonly expiresAt?: string;
}

export interface AgreementShown extends Agreed {
  readonly status: 'ACTIVE' | 'ENDED' | 'EXPIRED';
  readonly endedAt?: string;
  /** won */
  readonly usedToday: number;
}

export const agreementBody = (changes: Record<string, unknown> = {}) => ({
  partnerId: SANDBOX_PARTNER,
  limitPerPayment: 50_000,
  limitPerDay: 100_000,
  ...changes,
});

/** The calls of agreements, through one instance. */
export const agreementsThrough = (instance: Api) => ({
  agree: (userId: number | string, changes: Record<string, unknown> = {}, key?: string) =>
    instance.send<Agreed>('POST', `/users/${userId}/agreements`, agreementBody(changes), { key }),
  endAgreement: (userId: number, agreementId: number, key?: string) =>
    instance.send<{ agreementId: number; endedAt: string }>(
      'DELETE',
      `/users/${userId}/agreements/${agreementId}`,
      undefined,
      { key },
    ),
  agreementsOf: (userId: number, query = '') =>
    instance.send<{ items: AgreementShown[]; nextCursor: string | null }>('GET', `/users/${userId}/agreements${query}`),
});

export const { agree, endAgreement, agreementsOf } = agreementsThrough(api);
