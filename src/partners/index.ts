export { PartnerDto } from './dto/partner.dto.js';
export { partnerShown } from './dto/partner-shown.js';
export { PartnerList } from './partner-list.js';
export type { Partner } from './partner.entity.js';
export { PartnersModule, PartnersServiceModule } from './partners.module.js';
export { PartnersService } from './partners.service.js';
