import { Injectable } from '@nestjs/common';
import { AgreementsService, type ShownAgreement } from '../agreements/index.js';
import { type DailyLimitUse, dailyLimitUse, type LinkedAccount, LinkedAccounts } from '../bank/index.js';
import { type Account, Journals } from '../ledger/index.js';
import { PartnersService } from '../partners/index.js';
import { Clock, seoulDate } from '../platform/clock/clock.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { type UserProfile, UserProfiles } from '../users/index.js';

/** The rest of a user's agreements is a list of its own. */
const AGREEMENTS_SHOWN = 20;

type UserAgreement = ShownAgreement & { readonly partnerName: string };

/** All that there is to say of a user at a glance. Amounts are won. */
export interface UserPage {
  readonly profile: UserProfile;
  readonly accounts: readonly Account[];
  /** With their numbers as the user has written them; none of one who has left. */
  readonly links: readonly (LinkedAccount & { readonly accountNumber: string })[];
  /** Null of one who has left. */
  readonly limit: DailyLimitUse | null;
  readonly agreements: readonly UserAgreement[];
}

@Injectable()
export class UserPagesService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly profiles: UserProfiles,
    private readonly journals: Journals,
    private readonly links: LinkedAccounts,
    private readonly agreements: AgreementsService,
    private readonly partners: PartnersService,
    private readonly clock: Clock,
  ) {}

  /** A user, also one who has left. @throws Refusal InvalidUserId */
  get(userId: number): Promise<UserPage> {
    return this.transactions.snapshot('user-page', async (reader) => {
      const profile = (await this.profiles.find(reader, [userId])).get(userId);
      if (!profile) throw new Refusal('InvalidUserId');
      const accounts = await this.journals.listOfUser(reader, userId);
      // Of one who has left there are placeholders in place of numbers.
      const links = profile.state === 'CLOSED' ? [] : await this.links.listEver(reader, userId);
      const main = links.find(({ isDefault }) => isDefault);
      const used = main && (await this.links.usedOn(reader, [main], seoulDate(this.clock.now()))).get(userId);
      const agreements = await this.agreements.listOf(reader, userId, AGREEMENTS_SHOWN);
      const names = await this.partners.namesOf(
        reader,
        agreements.map(({ partnerId }) => partnerId),
      );
      return {
        profile,
        accounts,
        links: links.map((link) => ({ ...link, accountNumber: this.links.numberOf(link) })),
        limit: used ? dailyLimitUse(used) : null,
        agreements: agreements.map((one) => ({ ...one, partnerName: names.get(one.partnerId) ?? '' })),
      };
    });
  }
}
