import { Shown } from '../../platform/docs/shown.js';

export class ClosedWalletDto {
  @Shown.id({ description: 'who the user was; the id is never used again' }) userId!: number;
}
