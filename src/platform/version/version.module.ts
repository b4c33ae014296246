import { Controller, Get, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { readFileSync } from 'node:fs';
import { Config } from '../config/config.js';
import { migrations } from '../database/migrations/index.js';
import { TransactionRunner } from '../database/transaction-runner.js';
import { ApiAnswers } from '../docs/api-answers.js';
import { Shown } from '../docs/shown.js';
import { Access } from '../http/access.js';
import { Answer } from '../http/answers.js';
import { Metrics } from '../metrics/metrics.js';

/** Beside `dist`, or `src`, in which this file is. */
const PACKAGE_FILE = new URL('../../../package.json', import.meta.url);

export class VersionDto {
  @Shown.text({ example: '0.1.0', description: 'of the service' }) version!: string;
  @Shown.text({ optional: true, example: '3f2a9c1', description: 'of git; absent where the build was told none' })
  commit?: string;
  @Shown.text({ example: '24.21.0', description: 'the version of Node' }) node!: string;
  @Shown.text({ example: 'BankAccounts1764310000000', description: 'the last migration that this build knows' })
  schemaOfBuild!: string;
  @Shown.text({
    optional: true,
    example: 'BankAccounts1764310000000',
    description: "the database's last migration; absent while the database does not answer",
  })
  schemaOfDatabase?: string;
}

@Injectable()
class VersionService implements OnModuleInit {
  private readonly build: Pick<VersionDto, 'version' | 'commit' | 'node'>;

  constructor(
    { commit }: Config,
    private readonly database: TransactionRunner,
    private readonly metrics: Metrics,
  ) {
    const { version } = JSON.parse(readFileSync(PACKAGE_FILE, 'utf8')) as { version: string };
    this.build = { version, ...(commit && { commit }), node: process.versions.node };
  }

  onModuleInit(): void {
    const { version, commit = '', node } = this.build;
    this.metrics.buildInfo.set({ version, commit, node }, 1);
  }

  /** In a rolling deployment the database may be ahead of an older build. */
  async get(): Promise<VersionDto> {
    const schemaOfDatabase = await this.findSchemaOfDatabase();
    return {
      ...this.build,
      schemaOfBuild: migrations.at(-1)?.name ?? '',
      ...(schemaOfDatabase !== null && { schemaOfDatabase }),
    };
  }

  /** Null while the database does not answer: the rest needs none. */
  private async findSchemaOfDatabase(): Promise<string | null> {
    try {
      const [row]: { name: string }[] = await this.database.read('schema-version', (reader) =>
        reader.query('SELECT name FROM migrations ORDER BY timestamp DESC LIMIT 1'),
      );
      return row?.name ?? null;
    } catch {
      return null;
    }
  }
}

@ApiTags('health')
@Controller('version')
class VersionController {
  constructor(private readonly version: VersionService) {}

  @Get()
  @Access('operator')
  @ApiOperation({ operationId: 'getVersion', summary: 'Which build is this, and which schema does it work on?' })
  @ApiAnswers({ success: 200, detail: VersionDto, refusals: [] })
  async get(): Promise<Answer<VersionDto>> {
    return Answer.success(await this.version.get());
  }
}

@Module({ controllers: [VersionController], providers: [VersionService] })
export class VersionModule {}
