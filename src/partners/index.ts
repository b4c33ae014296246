export { Partner } from './partner.entity.js';
export { PartnersModule } from './partners.module.js';
export { PartnersService } from './partners.service.js';
