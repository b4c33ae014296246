import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { bankNameOf } from '../bank/index.js';
import type { NamedAccount } from '../ledger/index.js';
import { PartnersService } from '../partners/index.js';
import { UsersService } from '../users/index.js';

/** Says what the owner of an account is called; undefined where the account is ours. */
export type OwnerNames = (account: Pick<NamedAccount, 'kind' | 'ownerId'>) => string | undefined;

/** Whose accounts of the ledger are: users, partners and banks. */
@Injectable()
export class Owners {
  constructor(
    private readonly users: UsersService,
    private readonly partners: PartnersService,
  ) {}

  async namesOf(
    reader: EntityManager,
    accounts: readonly Pick<NamedAccount, 'kind' | 'ownerId'>[],
  ): Promise<OwnerNames> {
    const idsOf = (...kinds: NamedAccount['kind'][]) => [
      ...new Set(accounts.filter(({ kind }) => kinds.includes(kind)).map(({ ownerId }) => ownerId)),
    ];
    const users = await this.users.namesOf(reader, idsOf('MAIN', 'SAVINGS'));
    const partners = await this.partners.namesOf(reader, idsOf('PARTNER_PAYABLE'));
    return ({ kind, ownerId }) => {
      if (kind === 'MAIN' || kind === 'SAVINGS') return users.get(ownerId);
      if (kind === 'PARTNER_PAYABLE') return partners.get(ownerId);
      return kind === 'BANK_CLEARING' ? bankNameOf(String(ownerId).padStart(3, '0')) : undefined;
    };
  }
}
