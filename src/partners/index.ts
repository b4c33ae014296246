export { PartnersModule } from './partners.module.js';
export { PartnersService } from './partners.service.js';
