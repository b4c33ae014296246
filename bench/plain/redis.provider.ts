import { Redis } from 'ioredis';

export const redisProvider = {
  provide: Redis,
  useFactory: () => new Redis(process.env.REDIS_URL as string, { enableAutoPipelining: true }),
};
