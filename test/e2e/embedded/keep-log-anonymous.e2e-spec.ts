import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { api } from '../../support/api.js';
import { done, linkBody, newKey, paymentBody, signUpBody } from '../../support/builders.js';
import { expectAnswer } from '../../support/contract.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { aParty, eventually } from '../../support/money.js';

describeWith(['serviceLog'], 'the log', () => {
  const read = () => readFileSync(stackPart('serviceLog'), 'utf8');

  it('has a line for each request, and nothing personal in it', async () => {
    const before = read().length;
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
    const link = linkBody();
    await done(api.link(party.userId, link, newKey()));
    expectAnswer(await api.link(party.userId, link, newKey()), 'AlreadyLinked');
    const requestId = newKey();
    await api.send('GET', `/users/${party.userId}`, undefined, { headers: { 'X-Request-Id': requestId } });

    const log = await eventually(
      () => Promise.resolve(read()),
      (text) => text.includes(requestId),
    );
    const lines = log
      .slice(before)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const requested = lines.filter(({ message }) => message === 'request');
    for (const [route, code] of [
      ['POST /users', 'AlreadyRegistered'],
      ['POST /users/:userId/linked-accounts', 'AlreadyLinked'],
      ['POST /transfers', 'Success'],
      ['POST /payments', 'Success'],
      ['GET /accounts/:accountId/transactions', 'Success'],
      ['GET /users/:userId', 'Success'],
    ]) {
      const own = requested.filter(
        (it) => `${String(it['method'])} ${String(it['route'])}` === route && it['code'] === code,
      );
      expect([route, own.length]).toEqual([route, 1]);
    }
    const { email, linkedAccount, fintechUseNum } = party;
    const { externalAccountNumber } = link;
    const secrets = [name, email, linkedAccount, fintechUseNum, externalAccountNumber, memo, item, key];
    for (const secret of [...secrets, body.partnerPayKey]) {
      expect([secret, log.includes(secret)]).toEqual([secret, false]);
    }
  });

  it('names the movement of a request that is about one, and of a duplicate too', async () => {
    const party = await aParty();
    const [body, key] = [paymentBody(party.userId), newKey()];
    const { detail } = await done(api.pay(body, key));
    await api.pay(body, key);
    await api.send('GET', `/payments/${detail.paymentId}`);
    const linesOf = (text: string) =>
      text
        .split('\n')
        .filter((line) => line.includes(`"paymentId":${detail.paymentId},`))
        .map((line) => JSON.parse(line) as { method: string; status: number });
    const lines = await eventually(
      () => Promise.resolve(linesOf(read())),
      ({ length }) => length === 3,
    );
    expect(lines.map(({ method, status }) => `${method} ${status}`)).toEqual(['POST 201', 'POST 409', 'GET 200']);
  });

  it('is JSON, line by line', () => {
    for (const line of read().trimEnd().split('\n')) expect(() => JSON.parse(line) as object).not.toThrow();
  });
});
