import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { api } from '../../support/api.js';
import { done, newKey, paymentBody, signUpBody } from '../../support/builders.js';
import { expectAnswer } from '../../support/contract.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { aParty, eventually } from '../../support/money.js';

describeWith(['serviceLog'], 'the log', () => {
  const read = () => readFileSync(stackPart('serviceLog'), 'utf8');

  it('has a line for each request, and nothing personal in it', async () => {
    const name = `남궁${newKey()}`;
    const party = await aParty({ name, bankAccount: '9014' }); // its bank answers half a JSON: that is logged
    expectAnswer(await api.signUp(signUpBody({ email: party.email, name })), 'AlreadyRegistered');
    const memo = `memo-${newKey()}`;
    await done(
      api.transfer({ fromUserId: party.userId, toUserId: party.friend.userId, amount: 1_000, memo }, newKey()),
    );
    const [item, key] = [`item-${newKey()}`, newKey()];
    const body = paymentBody(party.userId, { productItems: [{ count: 1, name: item }] });
    await done(api.pay(body, key));
    await done(api.entries(party.accountId));
    const requestId = newKey();
    await api.send('GET', `/users/${party.userId}`, undefined, { headers: { 'X-Request-Id': requestId } });

    const log = await eventually(
      () => Promise.resolve(read()),
      (text) => text.includes(requestId),
    );
    const { email, linkedAccount, fintechUseNum } = party;
    for (const secret of [name, email, linkedAccount, fintechUseNum, memo, item, key, body.partnerPayKey]) {
      expect([secret, log.includes(secret)]).toEqual([secret, false]);
    }
  });

  it('is JSON, line by line', () => {
    for (const line of read().trimEnd().split('\n')) expect(() => JSON.parse(line) as object).not.toThrow();
  });
});
