import { seoulDateTime } from '../../platform/clock/clock.js';
import type { PartnerOverview } from '../partners.service.js';
import type { PartnerDto } from './partner.dto.js';

export const partnerShown = ({ id, name, createdAt, frozenAt }: PartnerOverview): PartnerDto => ({
  partnerId: id,
  name,
  createdAt: seoulDateTime(createdAt),
  frozen: frozenAt !== null,
  ...(frozenAt && { frozenAt: seoulDateTime(frozenAt) }),
});
