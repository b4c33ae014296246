import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { atOnce, aUser, done, newKey } from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { actsOn, freezeUser, unfreezeUser } from '../../support/freezes.js';

const UNKNOWN = Number.MAX_SAFE_INTEGER;
const shownOf = async (userId: number) => (await done(api.user(userId))).detail;

describe('freezing a user', () => {
  it('is shown to whoever reads the user, and so is the end of it', async () => {
    const { userId } = await aUser();
    expect(await shownOf(userId)).toMatchObject({ frozen: false });
    const received = await freezeUser(userId);
    expectSuccess(received, 200);
    const { frozenAt } = received.detail;
    expect(received.detail).toEqual({ userId, frozen: true, frozenAt });
    expect(received.location).toBe(`/users/${userId}`);
    expect(await shownOf(userId)).toMatchObject({ frozen: true, frozenAt });
    const freed = await unfreezeUser(userId);
    expectSuccess(freed, 200);
    expect(freed.detail).toEqual({ userId, frozen: false });
    const { frozen, frozenAt: none } = await shownOf(userId);
    expect([frozen, none]).toEqual([false, undefined]);
  });

  it('keeps its first time, and to free who is free is no mistake', async () => {
    const { userId } = await aUser();
    expect((await done(unfreezeUser(userId))).detail).toEqual({ userId, frozen: false });
    const answers = await atOnce(10, () => freezeUser(userId));
    expect(tally(answers)).toEqual({ '200 Success': 10 });
    expect(new Set(answers.map(({ detail }) => detail.frozenAt)).size).toBe(1);
  });

  it.each([
    [{}, 'reason'],
    [{ reason: '' }, 'reason'],
    [{ reason: '  ' }, 'reason'],
    [{ reason: 'two\nlines' }, 'reason'],
    [{ reason: 'x'.repeat(201) }, 'reason'],
    [{ reason: 7 }, 'reason'],
    [{ reason: null }, 'reason'],
    [{ reason: 'why', until: 'tomorrow' }, 'until'],
  ])('is refused with %j', async (body, name) => {
    const { userId } = await aUser();
    for (const act of [freezeUser, unfreezeUser]) {
      const received = await act(userId, body);
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual([name]);
    }
    expect(await shownOf(userId)).toMatchObject({ frozen: false });
  });

  it('is refused for nobody, and for who has closed the wallet', async () => {
    const gone = await aUser();
    await done(api.send('DELETE', `/users/${gone.userId}`));
    for (const id of [UNKNOWN, gone.userId]) {
      expectAnswer(await freezeUser(id), 'InvalidUserId');
      expectAnswer(await unfreezeUser(id), 'InvalidUserId');
    }
    for (const id of ['x', '0', '-1', '1.5']) expectAnswer(await freezeUser(id), 'InvalidRequest');
  });

  it('is done once under one key, whatever comes after', async () => {
    const { userId } = await aUser();
    const [key, endKey] = [newKey(), newKey()];
    const first = await freezeUser(userId, undefined, key);
    await done(unfreezeUser(userId, undefined, endKey));
    for (const [again, detail] of [
      [await freezeUser(userId, undefined, key), first.detail],
      [await unfreezeUser(userId, undefined, endKey), { userId, frozen: false }],
    ] as const) {
      expectAnswer(again, 'RequestComplete');
      expect(again.detail).toEqual(detail);
    }
    expect(await shownOf(userId)).toMatchObject({ frozen: false });
    expectAnswer(await freezeUser(userId, { reason: 'another one' }, key), 'KeyReused');
    // Another user's key is another key.
    expectSuccess(await freezeUser((await aUser()).userId, undefined, key), 200);
  });
});

describeWith(['databaseUrl'], 'who has frozen whom, and why,', () => {
  it('is recorded with each act, and not of what was refused or repeated', async () => {
    const { userId } = await aUser();
    const key = newKey();
    await done(freezeUser(userId, { reason: '명의 도용 신고' }, key));
    expectAnswer(await freezeUser(userId, { reason: '명의 도용 신고' }, key), 'RequestComplete');
    expectAnswer(await freezeUser(userId, {}), 'InvalidRequest');
    await done(freezeUser(userId, { reason: 'once more' }));
    await done(unfreezeUser(userId, { reason: '본인 확인' }));
    expect(await actsOn('user', userId)).toEqual([
      { action: 'freezeUser', reason: '명의 도용 신고', role: expect.any(String) },
      { action: 'freezeUser', reason: 'once more', role: expect.any(String) },
      { action: 'unfreezeUser', reason: '본인 확인', role: expect.any(String) },
    ]);
  });
});
