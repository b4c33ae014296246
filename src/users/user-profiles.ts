import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { Ledger } from '../ledger/index.js';
import { BlindIndex } from '../platform/vault/blind-index.js';
import { UserVault } from './user-vault.js';
import { User } from './user.entity.js';

export const USER_STATES = ['ACTIVE', 'FROZEN', 'CLOSED'] as const;
export type UserState = (typeof USER_STATES)[number];

/** Who a user is, for people who look after the service. Of one who is CLOSED name and e-mail are a placeholder. */
export interface UserProfile {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly state: UserState;
  readonly signedUpAt: Date;
  readonly frozenAt: Date | null;
  readonly closedAt: Date | null;
}

@Injectable()
export class UserProfiles {
  constructor(
    private readonly vault: UserVault,
    private readonly index: BlindIndex,
    private readonly ledger: Ledger,
  ) {}

  /** Those of these users that there are, by id. */
  async find(reader: EntityManager, userIds: readonly number[]): Promise<Map<number, UserProfile>> {
    if (userIds.length === 0) return new Map();
    const users = await reader.findBy(User, { id: In([...userIds]) });
    const frozen = await this.ledger.listFrozen(reader, 'MAIN', userIds);
    return new Map(users.map((user) => [user.id, this.profileOf(user, frozen.get(user.id) ?? null)]));
  }

  /** Whose e-mail it is, whatever its case; null when it is nobody's. */
  async findIdByEmail(reader: EntityManager, email: string): Promise<number | null> {
    const emailPrint = this.index.of('users.email', email.toLowerCase());
    const user = await reader.findOne(User, { where: { emailPrint }, select: { id: true } });
    return user?.id ?? null;
  }

  private profileOf(user: User, frozenAt: Date | null): UserProfile {
    const { id, createdAt, erasedAt } = user;
    const state = erasedAt ? 'CLOSED' : frozenAt ? 'FROZEN' : 'ACTIVE';
    const personal = { name: this.vault.nameOf(user), email: this.vault.emailOf(user) };
    return { id, ...personal, state, signedUpAt: createdAt, frozenAt, closedAt: erasedAt };
  }
}
