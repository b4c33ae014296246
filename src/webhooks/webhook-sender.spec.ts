import { createHook } from 'node:async_hooks';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Known, NameServer } from '../../test/support/name-server.js';
import { type Behaviour, WebhookReceiver } from '../../test/support/webhook-receiver.js';
import { loadConfig } from '../platform/config/config.js';
import { WebhookSender } from './webhook-sender.js';

const PRODUCTION = { NODE_ENV: 'production', BANK_CLIENT_SECRET: 's3cret', DATA_KEYS: 'a'.repeat(64) };
const TIMEOUT_MS = 300;
const BODY = JSON.stringify({ eventId: 1 });
const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

function aSender(env: Record<string, string> = {}): WebhookSender {
  const sender = new WebhookSender(loadConfig({ WEBHOOK_TIMEOUT_MS: String(TIMEOUT_MS), ...env }));
  cleanUps.unshift(() => sender.onApplicationShutdown());
  return sender;
}
async function aReceiver(behaviour?: Behaviour): Promise<WebhookReceiver> {
  const receiver = await WebhookReceiver.start(behaviour);
  cleanUps.push(() => receiver.stop());
  return receiver;
}
async function aNameServer(known: Record<string, Known>): Promise<NameServer> {
  const server = await NameServer.start(known);
  cleanUps.push(() => server.stop());
  return server;
}
const sendTo = (url: string, sender = aSender()) => sender.send({ url, headers: {}, body: BODY });

describe('an attempt', () => {
  it('is answered with whatever status there is; a redirect is not followed', async () => {
    const elsewhere = await aReceiver();
    const statuses = [200, 204, 302, 307, 410, 500];
    const receiver = await aReceiver((_event, response) => {
      response.writeHead(statuses[receiver.events.length - 1] ?? 200, { location: elsewhere.url }).end();
    });
    const sender = aSender();
    for (const status of statuses)
      expect(await sendTo(receiver.url, sender)).toMatchObject({ kind: 'answered', status });
    expect(elsewhere.events).toEqual([]);
  });

  it('says how long the receiver wants to be left alone', async () => {
    const receiver = await aReceiver((_event, response) => void response.writeHead(429, { 'retry-after': '7' }).end());
    expect(await sendTo(receiver.url)).toEqual({ kind: 'answered', status: 429, retryAfterMs: 7_000 });
    receiver.behaviour = () => 503;
    expect(await sendTo(receiver.url)).toEqual({ kind: 'answered', status: 503, retryAfterMs: 0 });
  });

  it('is over in time when nobody answers', async () => {
    const receiver = await aReceiver(() => undefined);
    expect(await sendTo(receiver.url)).toEqual({ kind: 'failed', error: 'TIMEOUT' });
  });

  it('is over in time, and answered, when the body drips for ever', async () => {
    const receiver = await aReceiver((_event, response) => {
      const timer = setInterval(() => response.write('.'), 20);
      response.writeHead(200).on('close', () => clearInterval(timer));
    });
    expect(await sendTo(receiver.url)).toMatchObject({ kind: 'answered', status: 200 });
  });

  it('does not read an answer that never ends', async () => {
    let sentBytes = 0;
    const receiver = await aReceiver((_event, response) => {
      const chunk = Buffer.alloc(16 * 1024, 'x');
      const more = () => {
        if (response.destroyed) return;
        sentBytes += chunk.length;
        if (response.write(chunk)) setImmediate(more);
        else response.once('drain', more);
      };
      response.writeHead(200);
      more();
    });
    expect(await sendTo(receiver.url)).toMatchObject({ kind: 'answered', status: 200 });
    expect(sentBytes).toBeLessThan(10_000_000);
  });

  it('fails when the connection is refused, or cut', async () => {
    const gone = await aReceiver();
    await gone.stop();
    expect(await sendTo(gone.url)).toEqual({ kind: 'failed', error: 'ECONNREFUSED' });
    const cut = await aReceiver((_event, response) => void response.destroy());
    expect(await sendTo(cut.url)).toEqual({ kind: 'failed', error: 'UND_ERR_SOCKET' });
  });

  it('goes where the name servers say, and nowhere when they lead to a private address, or nowhere', async () => {
    const receiver = await aReceiver();
    const { port } = new URL(receiver.url);
    const { address } = await aNameServer({
      'partner.test': ['10.0.0.1', '127.0.0.1'],
      'private.test': ['10.0.0.1', '192.168.0.1'],
      'silent.test': 'silence',
    });
    const sender = aSender({ WEBHOOK_DNS_SERVERS: address });
    expect(await sendTo(`http://partner.test:${port}/`, sender)).toMatchObject({ status: 200 });
    expect(await sendTo(`http://localhost:${port}/`, sender)).toMatchObject({ status: 200 });
    const errors = [
      await sendTo(`http://private.test:${port}/`, sender),
      await sendTo(`http://no-such-partner.test:${port}/`, sender),
      await sendTo(`http://silent.test:${port}/`, sender),
    ];
    expect(errors).toEqual([
      { kind: 'failed', error: 'ADDRESS_NOT_ALLOWED' },
      { kind: 'failed', error: 'DNS_ENOTFOUND' },
      { kind: 'failed', error: expect.stringMatching(/TIMEOUT$/) },
    ]);
    expect(receiver.events).toHaveLength(2);
  });

  it('takes none of the threads that look names up for the bank and the stores', async () => {
    const asked = new Set<string>();
    const hook = createHook({ init: (_id, type) => void asked.add(type) }).enable();
    const attempt = await sendTo('http://no-such-partner.invalid/');
    hook.disable();
    expect(attempt.kind).toBe('failed');
    expect([asked.has('QUERYWRAP'), asked.has('GETADDRINFOREQWRAP')]).toEqual([true, false]);
  });

  it('is interrupted by a stop', async () => {
    const receiver = await aReceiver(() => undefined);
    const sender = aSender({ WEBHOOK_TIMEOUT_MS: '5000' });
    const attempt = sendTo(receiver.url, sender);
    setTimeout(() => sender.interrupt(), 50);
    expect(await attempt).toEqual({ kind: 'interrupted' });
    expect(await sendTo(receiver.url, sender)).toEqual({ kind: 'interrupted' });
  });
});

describe('in production', () => {
  it('nothing reaches this machine, by whatever name', async () => {
    const receiver = await aReceiver();
    const { port } = new URL(receiver.url);
    const sender = aSender(PRODUCTION);
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433']) {
      for (const scheme of ['http', 'https']) {
        expect(await sendTo(`${scheme}://${host}:${port}/`, sender)).toEqual({
          kind: 'failed',
          error: 'ADDRESS_NOT_ALLOWED',
        });
      }
    }
    expect(receiver.events).toEqual([]);
  });

  it('nothing reaches this machine although a name server says so', async () => {
    const receiver = await aReceiver();
    const { address } = await aNameServer({ 'evil.test': ['127.0.0.1'] });
    const sender = aSender({ ...PRODUCTION, WEBHOOK_DNS_SERVERS: address });
    const { port } = new URL(receiver.url);
    const attempt = await sendTo(`http://evil.test:${port}/`, sender);
    expect([attempt, receiver.events]).toEqual([{ kind: 'failed', error: 'ADDRESS_NOT_ALLOWED' }, []]);
  });

  it('a URL is https:// and leads to no private address', () => {
    const objectionTo = (url: string, env = PRODUCTION as Record<string, string>) =>
      aSender(env).objectionTo(new URL(url));
    expect(objectionTo('https://partner.example/')).toBeNull();
    expect(objectionTo('https://1.1.1.1/')).toBeNull();
    expect(objectionTo('http://partner.example/')).toBe('must start with https://');
    for (const url of ['https://127.0.0.1/', 'https://[::1]/', 'https://10.0.0.1/', 'https://0x7f000001/']) {
      expect(objectionTo(url)).toBe('must not lead to a private address');
    }
    const development = {};
    expect(objectionTo('http://127.0.0.1:8080/', development)).toBeNull();
    expect(objectionTo('http://10.0.0.1/', development)).toBe('must not lead to a private address');
  });
});
