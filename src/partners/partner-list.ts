import { Injectable } from '@nestjs/common';
import { type EntityManager, In, MoreThan } from 'typeorm';
import { Ledger } from '../ledger/index.js';
import { Partner } from './partner.entity.js';
import type { PartnerOverview } from './partners.service.js';

/** Partners for people who look after the service: a few at a time. */
@Injectable()
export class PartnerList {
  constructor(private readonly ledger: Ledger) {}

  /** With since when each is frozen. */
  async overviewsOf(reader: EntityManager, partners: readonly Partner[]): Promise<PartnerOverview[]> {
    const ids = partners.map(({ id }) => id);
    const frozen = await this.ledger.listFrozen(reader, 'PARTNER_PAYABLE', ids);
    return partners.map((partner) => ({ ...partner, frozenAt: frozen.get(partner.id) ?? null }));
  }

  /** Partners after this one, in the order of their ids. */
  list(reader: EntityManager, after: number, limit: number): Promise<Partner[]> {
    return reader.find(Partner, { where: { id: MoreThan(after) }, order: { id: 'ASC' }, take: limit });
  }

  /**
   * Partners whose names begin so, whatever their case, after this one, by name: a range of `ix_partners_name`. The name
   * of a partner never changes.
   *
   * @param after the last one of the page before; null for the first page
   */
  listByName(reader: EntityManager, prefix: string, after: number | null, limit: number): Promise<Partner[]> {
    const behind = `AND (p.name > b.name OR p.name = b.name AND p.id > b.id)`;
    return reader.query(
      `SELECT p.id, p.name, p.created_at AS createdAt FROM partners p FORCE INDEX (ix_partners_name)
       ${after === null ? '' : 'JOIN partners b ON b.id = ?'}
       WHERE p.name LIKE ? ESCAPE '!' ${after === null ? '' : behind}
       ORDER BY p.name, p.id LIMIT ?`,
      [...(after === null ? [] : [after]), `${prefix.replace(/[!%_]/g, '!$&')}%`, limit],
    );
  }

  /** Those of these partners that there are, by id. */
  async find(reader: EntityManager, partnerIds: readonly number[]): Promise<Map<number, Partner>> {
    if (partnerIds.length === 0) return new Map();
    const partners = await reader.findBy(Partner, { id: In([...partnerIds]) });
    return new Map(partners.map((partner) => [partner.id, partner]));
  }
}
