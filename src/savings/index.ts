export { SavingsModule } from './savings.module.js';
