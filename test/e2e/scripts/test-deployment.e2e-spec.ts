import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describeWith } from '../../support/environment.js';
import { aKey, aService } from '../../support/keyed-service.js';
import { Command } from '../../support/project-copy.js';
import type { ServiceProgram } from '../../support/service-program.js';

const project = join(import.meta.dirname, '../../..');

describeWith(
  ['serviceLog', 'databaseUrl', 'redisUrl', 'simulatorUrl'],
  'the suite against a deployment with keys',
  () => {
    let service: ServiceProgram;
    beforeAll(async () => {
      await aKey('operator'); // without one it would not start
      service = await aService({ AUTH: 'required' });
    });
    afterAll(() => service.stop());

    const suite = (files: string, keys: Record<string, string>) => {
      const env = { PATH: process.env['PATH'], BASE_URL: service.baseUrl, ...keys };
      return new Command(spawn(process.execPath, ['scripts/test.mjs', 'e2e', files], { cwd: project, env }));
    };

    it('passes with keys, and says what was skipped for want of what', async () => {
      const keys = { APP_KEY: await aKey('app'), OPERATOR_KEY: await aKey('operator'), PARTNER_KEY: await aKey(100) };
      const run = suite(
        'e2e/(users/get-user|payments/find-payments|bank/exceed-bank-limit|platform/report-health)',
        keys,
      );
      expect([await run.ended, run.said]).toEqual([0, expect.stringMatching(/\n[1-9]\d* passed, 0 failed\n$/)]);
      expect(run.said).toMatch(/\n[1-9]\d* skipped: they need \S+.*, which is not set or not here\.\n/);
    });

    it('says at once which keys are missing', async () => {
      const run = suite('e2e/users', { OPERATOR_KEY: await aKey('operator') });
      expect(await run.ended).toBe(1);
      expect(run.said).toContain(`${service.baseUrl} requires keys: set APP_KEY`);
    });

    it('says at once that a key is not known', async () => {
      const run = suite('e2e/users', { APP_KEY: 'pk_test_nonsense', OPERATOR_KEY: await aKey('operator') });
      expect(await run.ended).toBe(1);
      expect(run.said).toContain(`${service.baseUrl} does not know the key in APP_KEY.`);
    });
  },
);
