export { PartnersModule, PartnersServiceModule } from './partners.module.js';
export { PartnersService } from './partners.service.js';
