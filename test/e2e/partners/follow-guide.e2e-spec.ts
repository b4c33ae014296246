import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { api } from '../../support/api.js';
import { done, SANDBOX_PARTNER } from '../../support/builders.js';
import { BASE_URL, describeWith } from '../../support/environment.js';
import { aKey } from '../../support/keyed-service.js';
import { until } from '../../support/webhook-partner.js';

const project = join(import.meta.dirname, '../../..');
const guide = readFileSync(join(project, 'docs/partner-guide.md'), 'utf8');
const blocksOf = (language: string) =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, block = '']) => block);

/** The first two commands have a terminal of their own each; the third has all others, one after the other. */
const [start, listen, ...others] = blocksOf('sh');

interface Shown {
  readonly type: string;
  readonly signature: string;
  readonly body: object;
}

/** What the second terminal has shown. */
function eventsIn(output: string): Shown[] {
  const shown = output.matchAll(/^(\S+), event \d+: the signature is (\w+)\n(\{.*?^\})$/gms);
  return [...shown].map(([, type = '', signature = '', body = '']) => ({
    type,
    signature,
    body: JSON.parse(body) as object,
  }));
}

/** The names in it, however deep, with the types of what they have. */
function shapeOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}

describeWith(['databaseUrl', 'simulatorUrl'], 'the guide for partners', () => {
  let env: NodeJS.ProcessEnv;
  let listener: ChildProcess;
  let heard = '';
  let stdout = '';

  beforeAll(async () => {
    env = { ...process.env, PAY: BASE_URL, NODE_OPTIONS: '' };
    // A group of its own, as a terminal makes it: Ctrl-C goes to all of it.
    listener = spawn('bash', ['-c', listen ?? ''], { cwd: project, env, detached: true });
    for (const stream of [listener.stdout, listener.stderr]) stream?.on('data', (text) => (heard += String(text)));
    await until(() => heard.includes('Ctrl-C ends it'));
    const keyed = { ...env, KEY: await aKey(SANDBOX_PARTNER) };
    const run = promisify(execFile)('bash', ['-euo', 'pipefail', '-c', others.join('\n')], {
      cwd: project,
      env: keyed,
    });
    ({ stdout } = await run);
    await until(() => eventsIn(heard).length >= 6);
  });
  afterAll(() => {
    if (listener.exitCode === null) process.kill(-(listener.pid as number), 'SIGKILL');
  });

  it('begins with what brings the first event', () => {
    expect(start).toBe('npm start\n');
    expect(listen).toBe(`npm run webhooks:listen -- --partner ${SANDBOX_PARTNER}\n`);
    expect(others[0]).toContain('curl -si $PAY/payments');
  });

  it('shows every event that there is, with the whole body, as it comes', () => {
    const events = eventsIn(heard);
    expect(new Set(events.map(({ signature }) => signature))).toEqual(new Set(['right']));
    const documented = blocksOf('json').map((block) => JSON.parse(block) as { type: string });
    expect(documented.map(({ type }) => type)).toEqual([
      'payment.approved',
      'payment.canceled',
      'payment.failed',
      'payment.captured',
    ]);
    for (const example of documented) {
      const event = events.find(({ type }) => type === example.type);
      expect(shapeOf(event?.body)).toEqual(shapeOf(example));
    }
    expect(events.map(({ type }) => type).sort()).toEqual([
      'payment.approved',
      'payment.authorized',
      'payment.canceled',
      'payment.canceled',
      'payment.captured',
      'payment.failed',
    ]);
  });

  it('leads from the first payment to a settlement, command by command', () => {
    const answers = [...stdout.matchAll(/HTTP\/1\.1 (\d+)|"code":"(\w+)"/g)].map(([, status, code]) => status ?? code);
    expect(answers).toEqual([
      ...['201', 'Success'], // paid
      ...['200', 'Success'], // cancelled in part
      ...['422', 'NotEnoughAccountBalance'], // refused by the bank
      ...['409', 'AlreadyComplete'], // sent again
      'Success', // by order
      'Success', // by key
      'Success', // agreed to
      'Success', // authorised
      ...['200', 'Success'], // captured
      ...['409', 'NotCapturable'], // which can't be voided any more
      ...['200', 'Success'], // cancelled
      'Success', // an endpoint
      ...['200', 'Success'], // pinged
      'Success', // its attempts
      ...['200', 'Success'], // other types
      ...['200', 'Success'], // a period again
      ...['200', 'Success'], // moved
      ...['200', 'Success'], // another secret
      'Success', // the last events
      ...['200', 'Success'], // deleted
      'Success', // the day's payments
      'Success', // the settlements of a week
    ]);
    expect(stdout).toMatch(/"secret":"whsec_[\w-]+"/);
    expect(stdout).toContain('"cancelAmount":3000,"cancelableAmount":20000,"status":"PARTIALLY_CANCELED"');
    expect(stdout).toContain('"cancelAmount":20000,"cancelableAmount":0,"status":"CANCELED"');
    expect(stdout).toContain('"url":"http://127.0.0.1:9001/pay-webhooks"');
    expect(stdout).toMatch(/"items":\[(\{"date":"[^}]*"isClosed":true\},){6}\{"date":"[^}]*"isClosed":false\}\]/);
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,CANCEL,\d+,,\d+,order-\d+,-20000\r$/m);
    expect(stdout.split('\r\n').at(-2)).toMatch(/^\d{4}-\d\d-\d\d,100,\d+,\d+,\d+,\d+,-?\d+$/);
  });

  it('leads to files and headings that are there', () => {
    const links = [...guide.matchAll(/\]\(([^)#]+)(?:#([^)]*))?\)/g)].map(([, file = '', heading]) => ({
      file,
      heading,
    }));
    expect(links.length).toBeGreaterThan(1);
    for (const { file, heading } of links) {
      const path = join(project, 'docs', file);
      expect([file, existsSync(path)]).toEqual([file, true]);
      if (heading === undefined) continue;
      const headings = [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text);
      expect(headings.map((text) => text.toLowerCase().replaceAll(' ', '-'))).toContain(heading);
    }
  });

  it('ends the listening at Ctrl-C, and the endpoint is taken off', async () => {
    const [, url] = /^Listening at (\S+) /m.exec(heard) ?? [];
    process.kill(-(listener.pid as number), 'SIGINT');
    await until(() => listener.exitCode !== null || listener.signalCode !== null);
    expect(heard).toMatch(/Endpoint \d+ is taken off again\./);
    const path = `/partners/${SANDBOX_PARTNER}/webhooks`;
    const { items } = (await done(api.send<{ items: { url: string }[] }>('GET', path))).detail;
    expect([url?.startsWith('http://127.0.0.1:'), items.some((endpoint) => endpoint.url === url)]).toEqual([
      true,
      false,
    ]);
  });
});
