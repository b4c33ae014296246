export { PendingResourceDto } from './dto/user-detail.dto.js';
export { USER_STATES, type UserProfile, UserProfiles, type UserState } from './user-profiles.js';
export { USERS_SEALED } from './user-vault.js';
export { UsersModule } from './users.module.js';
export { UsersService } from './users.service.js';
