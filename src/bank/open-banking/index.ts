export { OpenBankingClient } from './open-banking.client.js';
