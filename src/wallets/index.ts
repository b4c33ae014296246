export { WalletsModule } from './wallets.module.js';
