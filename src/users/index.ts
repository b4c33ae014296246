export { PendingResourceDto } from './dto/user-detail.dto.js';
export { USERS_SEALED } from './user-vault.js';
export { UsersModule } from './users.module.js';
export { UsersService } from './users.service.js';
