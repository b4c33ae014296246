import { describe, expect, it } from '@jest/globals';
import type { FreezeIntent } from '../history.js';
import { check } from './check.js';
import { answered, charge, chargeDetail, MAIN, PARTNER, payment, paymentDetail, Story, userDetail } from './story.js';

const freeze: FreezeIntent = { kind: 'freeze', act: 'freeze', owner: 'user', ownerId: 1, key: 'k-freeze' };
const unfreeze: FreezeIntent = { ...freeze, act: 'unfreeze', key: 'k-unfreeze' };
const stop: FreezeIntent = { kind: 'freeze', act: 'freeze', owner: 'partner', ownerId: 100, key: 'k-stop' };
const frozenDetail = { userId: 1, frozen: true, frozenAt: '2026-11-22 12:00:09' };
const freedDetail = { userId: 1, frozen: false };
const frozen = answered(200, 'Success', frozenDetail, '/users/1');
const freed = answered(200, 'Success', freedDetail, '/users/1');
const stopped = answered(200, 'Success', { partnerId: 100, frozen: true, frozenAt: '…' }, '/partners/100');
const refused = answered(403, 'AccountFrozen');
const another = { ...payment, key: 'k-another', order: 'order-2' };
const readUser = { kind: 'read', what: 'user', id: 1, path: '/users/1' } as const;

/** The charge and the payment of the story, with this before them. */
function before(story: Story, intent: FreezeIntent, outcome: ReturnType<typeof answered>): Story {
  story.tell(intent, outcome, { startedMs: 1_100, endedMs: 1_150 });
  story.history.operations.sort((a, b) => a.startedMs - b.startedMs);
  return story;
}

/** When all is done a user is frozen, is refused something, and is free again. */
function honest(): Story {
  const story = new Story();
  story.tell(freeze, frozen);
  story.tell(another, refused);
  story.tell(payment, answered(409, 'AlreadyComplete', paymentDetail, '/payments/2'));
  story.tell(readUser, answered(200, 'Success', { ...userDetail(6_000), frozen: true }));
  story.tell(freeze, answered(409, 'AlreadyComplete', frozenDetail, '/users/1'));
  story.tell(unfreeze, freed);
  story.tell(readUser, answered(200, 'Success', { ...userDetail(6_000), frozen: false }));
  return story;
}

const rulesOf = (story: Story) => [...new Set(check(story.history, story.state).map(({ rule }) => rule))];

describe('a freeze', () => {
  it('that everybody goes by is no violation', () => {
    expect(check(honest().history, honest().state)).toEqual([]);
  });

  it('may end in between, or may not have begun', () => {
    const ended = before(before(new Story(), freeze, frozen), unfreeze, freed);
    expect(rulesOf(ended)).toEqual([]);
    expect(rulesOf(before(before(new Story(), freeze, { kind: 'silent', why: '' }), unfreeze, freed))).toEqual([]);
    expect(rulesOf(before(new Story(), freeze, answered(503, 'TemporarilyUnavailable')))).toEqual([]);
  });

  it.each<[what: string, rule: string, make: () => Story]>([
    [
      'a user who is frozen charges and pays',
      'frozen is frozen',
      () => {
        const story = before(new Story(), freeze, frozen);
        story.tell(unfreeze, freed, { startedMs: 5_500, endedMs: 5_550 }); // before it is looked at
        return story;
      },
    ],
    [
      'a partner who is frozen is paid',
      'frozen is frozen',
      () => {
        const story = before(new Story(), stop, stopped);
        const freed = answered(200, 'Success', { partnerId: 100, frozen: false }, '/partners/100');
        story.tell({ ...stop, act: 'unfreeze', key: 'k-go' }, freed);
        return story;
      },
    ],
    [
      'somebody is refused whom nobody has frozen',
      'refusals are true',
      () => {
        const story = new Story();
        story.tell(another, refused);
        return story;
      },
    ],
    [
      'somebody is refused for long after the end',
      'refusals are true',
      () => {
        const story = honest();
        story.tell(another, refused);
        return story;
      },
    ],
    [
      'a partner is refused for a frozen user',
      'refusals are true',
      () => {
        const story = new Story();
        story.tell(freeze, frozen);
        story.tell(another, answered(403, 'PartnerFrozen'));
        story.tell(unfreeze, freed);
        return story;
      },
    ],
    [
      'it is gone in the end',
      'acknowledged means durable',
      () => {
        const story = new Story();
        story.tell(freeze, frozen);
        return story;
      },
    ],
    [
      'an account is frozen in the end that was let go on',
      'acknowledged means durable',
      () => {
        const story = honest();
        Object.assign(story.state.accounts.find(({ id }) => id === MAIN) ?? {}, { frozenAt: '2026-11-22 12:00:09' });
        return story;
      },
    ],
    [
      'an account is frozen in the end that nobody has frozen',
      'acknowledged means durable',
      () => {
        const story = honest();
        Object.assign(story.state.accounts.find(({ id }) => id === PARTNER) ?? {}, { frozenAt: '2026-11-22 12:00:09' });
        return story;
      },
    ],
    [
      'it is repeated with another time',
      'the same answer ever after',
      () => {
        const story = honest();
        story.tell(freeze, answered(409, 'AlreadyComplete', { ...frozenDetail, frozenAt: '…' }, '/users/1'));
        return story;
      },
    ],
    [
      'it is done twice under one key',
      'once',
      () => {
        const story = honest();
        story.tell(unfreeze, freed);
        return story;
      },
    ],
    [
      'a user is shown as free who is frozen',
      'reads are true',
      () => {
        const story = new Story();
        story.tell(freeze, frozen);
        story.tell(readUser, answered(200, 'Success', { ...userDetail(6_000), frozen: false }));
        story.tell(unfreeze, freed);
        return story;
      },
    ],
    [
      'a user is shown as frozen who is free',
      'reads are true',
      () => {
        const story = honest();
        story.tell(readUser, answered(200, 'Success', { ...userDetail(6_000), frozen: true }));
        return story;
      },
    ],
  ])('is violated when %s', (_what, rule, make) => {
    expect(rulesOf(make())).toEqual([rule]);
  });

  it('lets what was asked for before be told of', () => {
    const story = honest();
    story.tell({ ...freeze, key: 'k-late' }, answered(200, 'Success', { ...frozenDetail, frozenAt: '…' }, '/users/1'));
    story.tell(charge, answered(409, 'AlreadyComplete', chargeDetail, '/transactions/1'));
    story.tell({ ...unfreeze, key: 'k-late-end' }, freed);
    expect(rulesOf(story)).toEqual([]);
  });
});
