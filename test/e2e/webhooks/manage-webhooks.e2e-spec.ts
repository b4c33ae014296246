import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { atOnce, done, newKey } from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf, tally } from '../../support/contract.js';

interface Webhook {
  readonly endpointId: number;
  readonly url: string;
  readonly disabled: boolean;
  readonly secret?: string;
}

const URL = 'https://partner.example/pay-webhooks?token=x';
const NOBODY = 999_999_999;

async function aPartner(): Promise<string> {
  const { detail } = await done(api.send<{ partnerId: number }>('POST', '/partners', { name: '웹훅 가맹점' }));
  return `/partners/${detail.partnerId}`;
}
const register = (partner: string, url: unknown = URL) => api.send<Webhook>('POST', `${partner}/webhooks`, { url });
const list = async (partner: string) =>
  (await done(api.send<{ items: Webhook[] }>('GET', `${partner}/webhooks`))).detail.items;

describe('an endpoint', () => {
  it('is registered, and shows its secret only then', async () => {
    const partner = await aPartner();
    const received = await register(partner);
    expectSuccess(received, 201);
    const { secret, ...webhook } = received.detail;
    expect(webhook).toMatchObject({ endpointId: expect.any(Number), url: URL, disabled: false });
    expect(secret).toMatch(/^whsec_[\w-]{43}$/);
    expect(received.location).toBe(`${partner}/webhooks/${webhook.endpointId}`);
    expect((await done(api.send('GET', received.location ?? ''))).detail).toEqual(webhook);
    expect(await list(partner)).toEqual([webhook]);
  });

  it.each([
    ['a number', 1],
    ['blank', ''],
    ['without a scheme', 'partner.example/hook'],
    ['of another scheme', 'ftp://partner.example/'],
    ['with a password', 'https://user:secret@partner.example/'],
    ['with a fragment', 'https://partner.example/#fragment'],
    ['with other than ASCII', 'https://partner.example/한글'],
    ['too long', `https://partner.example/${'x'.repeat(2_000)}`],
    ['a private address', 'http://10.0.0.1/'],
    ['a private address with a port', 'http://192.168.0.1:8080/'],
    ["a cloud's metadata", 'https://169.254.169.254/latest/meta-data'],
    ["a cloud's metadata in IPv6", 'https://[fd00:ec2::254]/'],
  ])('has no URL that is %s', async (_name, url) => {
    const received = await register(await aPartner(), url);
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual(['url']);
  });

  it('gets another URL, and is disabled and enabled', async () => {
    const partner = await aPartner();
    const { endpointId } = (await done(register(partner))).detail;
    const path = `${partner}/webhooks/${endpointId}`;
    const change = async (changes: object) => (await done(api.send<Webhook>('PATCH', path, changes))).detail;
    const elsewhere = 'https://other.example/hooks';
    const moved = await change({ url: elsewhere });
    expect(moved).toMatchObject({ endpointId, url: elsewhere, disabled: false });
    expect(moved).not.toHaveProperty('secret');

    const disabled = await change({ disabled: true });
    const since = { disabledReason: 'BY_PARTNER', disabledAt: expect.stringMatching(/^\d{4}-\d\d-\d\d /) };
    expect(disabled).toMatchObject({ url: elsewhere, disabled: true, ...since });
    expect(await list(partner)).toEqual([disabled]);
    expect(await change({ url: URL, disabled: false })).toEqual({ ...moved, url: URL });
    expect((await done(api.send('GET', path))).detail).toEqual({ ...moved, url: URL });
  });

  it('is changed once for a key, and says so again', async () => {
    const partner = await aPartner();
    const { endpointId } = (await done(register(partner))).detail;
    const path = `${partner}/webhooks/${endpointId}`;
    const key = newKey();
    const change = (changes: object, of = key) => api.send<Webhook>('PATCH', path, changes, { key: of });
    const answers = await atOnce(5, () => change({ disabled: true }));
    expect(tally(answers)).toEqual({ '200 Success': 1, '409 AlreadyComplete': 4 });
    for (const { detail } of answers) expect(detail).toMatchObject({ endpointId, disabled: true });
    await done(change({ disabled: false }, newKey()));
    const again = await change({ disabled: true });
    expectAnswer(again, 'RequestComplete');
    expect(again.detail).toMatchObject({ endpointId, disabled: false });
    expectAnswer(await change({ disabled: false }), 'KeyReused');
    expectAnswer(await change({ disabled: true }, 'two words'), 'KeyInvalid');
    expect(await list(partner)).toMatchObject([{ endpointId, disabled: false }]);
  });

  it('is not changed by what is no change', async () => {
    const partner = await aPartner();
    const { endpointId } = (await done(register(partner))).detail;
    const wrong: readonly [changes: object, field: string][] = [
      [{}, 'url'],
      [{ url: 'ftp://partner.example/' }, 'url'],
      [{ url: 'http://10.0.0.1/', disabled: true }, 'url'],
      [{ url: null }, 'url'],
      [{ disabled: 'true' }, 'disabled'],
      [{ disabled: null }, 'disabled'],
      [{ secret: 'whsec_mine' }, 'secret'],
      [{ types: [] }, 'types'],
      [{ types: 'payment.approved' }, 'types'],
      [{ types: ['payment.approved', 'payment.approved'] }, 'types'],
      [{ types: ['payment.approved', 1] }, 'types'],
      [{ types: [['payment.approved']] }, 'types'],
      [{ types: ['movement.completed'] }, 'types'],
      [{ types: ['payment.approved,payment.failed'] }, 'types'],
      [{ types: ['webhook.ping'] }, 'types'],
      [{ types: { length: 1, 0: 'payment.approved' } }, 'types'],
    ];
    for (const [changes, field] of wrong) {
      const received = await api.send('PATCH', `${partner}/webhooks/${endpointId}`, changes);
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual([field]);
    }
    expect(await list(partner)).toMatchObject([{ endpointId, url: URL, disabled: false }]);
  });

  it('has a partner that exists', async () => {
    const partner = `/partners/${NOBODY}`;
    expectAnswer(await register(partner), 'InvalidMerchant');
    expectAnswer(await api.send('GET', `${partner}/webhooks`), 'InvalidMerchant');
    expectAnswer(await api.send('GET', `${partner}/webhook-events`), 'InvalidMerchant');
  });

  it('is one of ten at most, however many are registered at once', async () => {
    const partner = await aPartner();
    const answers = await atOnce(15, () => register(partner));
    expect(tally(answers)).toEqual({ '201 Success': 10, '422 TooManyWebhooks': 5 });
    expect(await list(partner)).toHaveLength(10);
  });

  it('is not there for others, and once it was deleted for nobody', async () => {
    const [partner, other] = [await aPartner(), await aPartner()];
    const { endpointId } = (await done(register(partner))).detail;
    const calls = (of: string) => [
      api.send('GET', `${of}/webhooks/${endpointId}`),
      api.send('POST', `${of}/webhooks/${endpointId}/rotate-secret`),
      api.send('PATCH', `${of}/webhooks/${endpointId}`, { url: URL }),
      api.send('POST', `${of}/webhooks/${endpointId}/ping`),
      api.send('GET', `${of}/webhooks/${endpointId}/deliveries`),
      api.send('POST', `${of}/webhooks/${endpointId}/resend`, { from: '2025-02-26 00:00:00' }),
      api.send('DELETE', `${of}/webhooks/${endpointId}`),
    ];
    const notFound = { '404 WebhookNotFound': 7 };
    expect(tally(await Promise.all(calls(other)))).toEqual(notFound);
    expect((await done(api.send('DELETE', `${partner}/webhooks/${endpointId}`))).detail).toEqual({ endpointId });
    expect(tally(await Promise.all(calls(partner)))).toEqual(notFound);
    expect(await list(partner)).toEqual([]);
  });
});

describe("a partner's events", () => {
  it('are none at first, whatever their status', async () => {
    const partner = await aPartner();
    for (const query of ['', '?status=undelivered', '?status=PENDING&limit=1', '?status=Delivered']) {
      const { detail } = await done(api.send('GET', `${partner}/webhook-events${query}`));
      expect(detail).toEqual({ items: [], nextCursor: null });
    }
  });

  it('are not listed by a status that there is not, nor from a place that there is not', async () => {
    const partner = await aPartner();
    const answers = [
      await api.send('GET', `${partner}/webhook-events?status=lost`),
      await api.send('GET', `${partner}/webhook-events?cursor=x`),
      await api.send('GET', `${partner}/webhook-events?limit=101`),
    ];
    expect(answers.map(fieldsOf)).toEqual([['status'], ['cursor'], ['limit']]);
  });

  it('can only be sent again when they are there', async () => {
    const received = await api.send('POST', `${await aPartner()}/webhook-events/${NOBODY}/resend`);
    expect([received.status, received.code]).toEqual([404, 'WebhookEventNotFound']);
  });
});
