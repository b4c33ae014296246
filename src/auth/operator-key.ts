import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Config, ConfigError } from '../platform/config/config.js';
import { ApiKeysService } from './api-keys.service.js';

/**
 * A service that lets nobody in is a mistake of its environment, and so, in production, is one that lets everybody in.
 */
@Injectable()
export class OperatorKeyCheck implements OnApplicationBootstrap {
  private readonly logger = new Logger('Auth');

  constructor(
    private readonly keys: ApiKeysService,
    private readonly config: Config,
  ) {}

  /** @throws ConfigError when keys are required and no operator has one */
  async onApplicationBootstrap(): Promise<void> {
    const { auth, environment } = this.config;
    if (auth === 'required' && !(await this.keys.hasOperator())) {
      // A key of another kind of deployment would be none.
      const kind = environment === 'production' ? 'NODE_ENV=production ' : '';
      throw new ConfigError([
        `AUTH=required needs an operator key, and there is none yet. Make one: ${kind}npm run keys -- create --role operator` +
          ' (in the image: node dist/auth/keys.cli.js create --role operator)',
      ]);
    }
    if (auth === 'optional' && environment === 'production') {
      this.logger.warn('AUTH=optional in production: whoever reaches this service may do anything without a key');
    }
  }
}
