import { expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { api } from '../../support/api.js';
import { done } from '../../support/builders.js';
import { expectAnswer, fieldsOf } from '../../support/contract.js';
import { describeKeyless } from '../../support/environment.js';
import { read } from '../../support/operations.js';

interface PartnersPage {
  readonly items: readonly { readonly partnerId: number; readonly name: string; readonly createdAt: string }[];
  readonly nextCursor: string | null;
}

const aPartner = async (name: string) =>
  (await done(api.send<{ partnerId: number }>('POST', '/partners', { name }))).detail.partnerId;

async function partnersOf(query: Record<string, string | number>): Promise<number[]> {
  const ids: number[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: PartnersPage = await read('partners', { ...query, ...(cursor && { cursor }) });
    ids.push(...page.items.map(({ partnerId }) => partnerId));
    cursor = page.nextCursor;
  }
  return ids;
}

describeKeyless('the list of partners', () => {
  it('is in the order of their ids, each once, and has the newest at its end', async () => {
    const ids = [await aPartner('가나상회'), await aPartner('다라상회')];
    const all = await partnersOf({ limit: 7 });
    expect(all).toEqual([...new Set(all)].sort((a, b) => a - b));
    expect(all.filter((id) => ids.includes(id))).toEqual(ids);
    expect(await partnersOf({ limit: 100 })).toEqual(expect.arrayContaining(all));
  });

  it('is by name where it is asked for how names begin', async () => {
    const word = randomUUID();
    const [b, a, other] = [await aPartner(`${word} b%_`), await aPartner(`${word} A`), await aPartner(`x${word}`)];
    const page = await read<PartnersPage>('partners', { name: word.toUpperCase() });
    expect(page).toEqual({
      items: [
        { partnerId: a, name: `${word} A`, createdAt: expect.any(String), frozen: false },
        { partnerId: b, name: `${word} b%_`, createdAt: expect.any(String), frozen: false },
      ],
      nextCursor: null,
    });
    expect(await partnersOf({ name: `${word} b%`, limit: 1 })).toEqual([b]);
    expect(await partnersOf({ name: word, limit: 1 })).toEqual([a, b]);
    expect(await partnersOf({ name: `x${word}` })).toEqual([other]);
    for (const name of ['%', '_', '!', '\\', "'; --"]) expect(await partnersOf({ name })).toEqual([]);
  });

  it('is not asked for anything else', async () => {
    for (const [query, field] of [
      ['name=', 'name'],
      [`name=${'x'.repeat(51)}`, 'name'],
      ['limit=0', 'limit'],
      ['cursor=MTIz%00', 'cursor'],
    ]) {
      const received = await api.send('GET', `/operations/partners?${query}`);
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual([field]);
    }
  });
});
