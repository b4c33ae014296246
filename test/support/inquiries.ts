import type { Api, Received } from './api.js';

export interface Inquired {
  readonly movementId: number;
  readonly status: 'PENDING' | 'DONE' | 'REFUSED';
  readonly asked: boolean;
  readonly inquiries: number;
  readonly refusal?: string;
}

/** An operator has a bank asked about a movement, through one instance. */
export const inquire = (through: Api, movementId: number | string, body?: unknown): Promise<Received<Inquired>> =>
  through.send<Inquired>('POST', `/operations/withdrawals/${movementId}/inquire`, body);
