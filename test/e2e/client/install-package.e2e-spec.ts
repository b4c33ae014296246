import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BASE_URL, describeKeyless } from '../../support/environment.js';

const project = join(import.meta.dirname, '../../..');
const readme = readFileSync(join(project, 'clients/typescript/README.md'), 'utf8');
const [payment = '', receiver = ''] = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, block]) => block);

const CONSUMER = `
import { createPayClient, isPayError, verifyWebhook, type WebhookEvent } from '@pay-practice/client';

const pay = createPayClient({ baseUrl: 'http://localhost:3000' });
export async function amountOf(paymentId: number): Promise<number> {
  try {
    const { detail } = await pay.GET('/payments/{paymentId}', { params: { path: { paymentId } }, deadlineMs: 1_000 });
    return detail.totalPayAmount;
  } catch (error) {
    if (isPayError(error) && error.code === 'DailyLimitExceeded') return error.detail?.remainingToday ?? 0;
    throw error;
  }
}
export function reasonOf(event: WebhookEvent): string | undefined {
  return event.type === 'payment.failed' ? event.data.failureCode : undefined;
}
export const heard: WebhookEvent = verifyWebhook(new Uint8Array(), new Headers(), ['former', 'next']);
// @ts-expect-error a path that there is not
await pay.GET('/nowhere');
// @ts-expect-error a body that lacks what it must have
await pay.POST('/payments', { body: { userId: 1 } });
// @ts-expect-error an option that there is not
await pay.GET('/banks', { patience: 1 });
`;

/** Under Node's own options, not those of the tests. */
async function run(folder: string, program: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, NODE_OPTIONS: '', PAY: BASE_URL };
  const { stdout } = await promisify(execFile)(program, args, { cwd: folder, env });
  return stdout;
}

describeKeyless('the package of the client', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pay-client-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeAll(async () => {
    await run(
      project,
      'npm',
      'pack',
      '--workspace',
      '@pay-practice/client',
      '--pack-destination',
      folder,
      '--ignore-scripts',
    );
    const [tarball = ''] = readdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{"private": true, "type": "module"}');
    await run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball}`);
  });

  it('brings what it needs and nothing else', () => {
    const installed = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(installed.sort()).toEqual(['@pay-practice', 'openapi-fetch', 'openapi-typescript-helpers']);
    const files = readdirSync(join(folder, 'node_modules/@pay-practice/client'), { recursive: true }).map(String);
    const sources = readdirSync(join(project, 'clients/typescript/src')).map((name) => `dist/${name.slice(0, -3)}`);
    const compiled = sources.flatMap((name) => [`${name}.js`, `${name}.d.ts`]);
    expect(files.sort()).toEqual(['README.md', 'dist', 'package.json', ...compiled].sort());
  });

  it('does what its README shows', async () => {
    writeFileSync(join(folder, 'pay.mjs'), payment);
    const said = await run(folder, process.execPath, 'pay.mjs');
    expect(said).toMatch(/^Payment \d+ is made\.\n20000 won of it are left\.\n$/);
  });

  it('has types, for the examples of its README too', async () => {
    writeFileSync(join(folder, 'consumer.ts'), CONSUMER);
    const settings = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--exactOptionalPropertyTypes',
    ];
    const compiler = join(project, 'node_modules/typescript/bin/tsc');
    await run(folder, process.execPath, compiler, ...settings, 'consumer.ts');
    // With Node's own types, as the examples are programs for Node.
    writeFileSync(join(folder, 'payment.ts'), payment);
    writeFileSync(join(folder, 'receiver.ts'), receiver.replace('_SECRET)', "_SECRET ?? '')"));
    const node = ['--types', 'node', '--typeRoots', join(project, 'node_modules/@types'), '--skipLibCheck'];
    await run(folder, process.execPath, compiler, ...settings, ...node, 'payment.ts', 'receiver.ts');
  });
});
