import { expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { api } from '../../support/api.js';
import { SANDBOX_PARTNER } from '../../support/builders.js';
import { BASE_URL, describeWith } from '../../support/environment.js';
import { aKey, bearer } from '../../support/keyed-service.js';

const guide = readFileSync(new URL('../../../docs/partner-guide.md', import.meta.url), 'utf8');
const commands = [...guide.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block).join('\n');

describeWith(['databaseUrl'], 'the guide for partners', () => {
  it('leads from a key to a settlement, command by command', async () => {
    const key = await aKey(SANDBOX_PARTNER);
    const env = { ...process.env, PAY: BASE_URL, KEY: key };
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands], { env });
    const endpointId = /"endpointId":(\d+)/.exec(stdout)?.[1] ?? '';
    await api.send('DELETE', `/partners/${SANDBOX_PARTNER}/webhooks/${endpointId}`, undefined, {
      headers: bearer(key),
    });

    const statuses = [...stdout.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).toEqual(['201', '409', '200']);
    expect([...stdout.matchAll(/"code":"(\w+)"/g)].map(([, code]) => code)).toEqual([
      'Success', // paid
      'AlreadyComplete', // sent again
      'Success', // by order
      'Success', // by key
      'Success', // cancelled
      'Success', // a webhook
      'Success', // the day's payments
    ]);
    expect(stdout).toMatch(/"secret":"whsec_[\w-]+"/);
    expect(stdout).toContain('"cancelAmount":3000,"cancelableAmount":20000,"status":"PARTIALLY_CANCELED"');
    expect(stdout.split('\r\n').at(-2)).toMatch(/^\d{4}-\d\d-\d\d,100,\d+,\d+,\d+,\d+,-?\d+$/);
  });
});
