import { seoulDateTime } from '../../platform/clock/clock.js';
import type { Partner } from '../partner.entity.js';
import type { PartnerDto } from './partner.dto.js';

export const partnerShown = ({ id, name, createdAt }: Partner): PartnerDto => ({
  partnerId: id,
  name,
  createdAt: seoulDateTime(createdAt),
});
