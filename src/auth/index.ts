export { API_KEY_BOOKS } from './api-key.books.js';
export { AuthModule } from './auth.module.js';
