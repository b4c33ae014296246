import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { atOnce, done, newEmail, signUpBody } from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf, tally } from '../../support/contract.js';

describe('signing up', () => {
  it('opens the one main account and links the external account', async () => {
    const body = signUpBody({ name: '김철수', externalBank: '신한은행', externalAccountNumber: '110-123-456789' });
    const received = await api.signUp(body);
    expectSuccess(received, 201);
    const { userId, mainAccount } = received.detail;
    expect(received.location).toBe(`/users/${userId}`);
    expect(received.detail).toEqual({
      userId: expect.any(Number),
      name: '김철수',
      email: body.email,
      mainAccount: {
        accountId: expect.any(Number),
        accountNumber: expect.stringMatching(/^[\d-]{8,20}$/),
        type: 'MAIN',
        balance: 0,
      },
      externalAccount: { bank: '신한은행', accountNumber: '***-***-**6789' },
    });
    const { accounts } = (await done(api.user(userId))).detail;
    expect(accounts).toEqual([{ ...mainAccount, availableBalance: 0 }]);
  });

  it('gives every user an account number of their own', async () => {
    const users = await atOnce(10, () => done(api.signUp(signUpBody())));
    expect(new Set(users.map(({ detail }) => detail.mainAccount.accountNumber)).size).toBe(10);
  });

  it('is refused for an e-mail that is taken, whatever its case', async () => {
    const body = signUpBody();
    await done(api.signUp(body));
    for (const email of [body.email, body.email.toUpperCase()]) {
      expectAnswer(await api.signUp(signUpBody({ email })), 'AlreadyRegistered');
    }
  });

  it('succeeds once when one e-mail signs up twice at the same time', async () => {
    const email = newEmail();
    const answers = await atOnce(2, () => api.signUp(signUpBody({ email })));
    expect(tally(answers)).toEqual({ '201 Success': 1, '409 AlreadyRegistered': 1 });
  });

  it('succeeds once however many want the same e-mail, in any spelling', async () => {
    const email = newEmail();
    const answers = await atOnce(20, (index) =>
      api.signUp(signUpBody({ email: index % 2 ? email : email.toUpperCase() })),
    );
    expect(tally(answers)).toEqual({ '201 Success': 1, '409 AlreadyRegistered': 19 });
  });

  it('needs all four fields, and names every one that is missing or blank', async () => {
    const all = ['email', 'externalAccountNumber', 'externalBank', 'name'];
    for (const body of [{}, { name: ' ', email: '', externalBank: '\t', externalAccountNumber: '' }]) {
      const received = await api.signUp(body);
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual(all);
    }
  });

  it.each([
    ['a name of 50 Hangul characters', { name: '가'.repeat(50) }],
    ['a name of 50 emoji', { name: '🐻'.repeat(50) }],
    ['a name full of SQL', { name: `Robert'); DROP TABLE users;-- "\\ %_` }],
    ['an e-mail without a top-level domain', { email: `${newEmail().split('@')[0]}@gmail` }],
    ['an e-mail of 254 characters', { email: `${newEmail()}${'m'.repeat(254 - newEmail().length)}` }],
    ['an account number of 5 digits', { externalAccountNumber: '12345' }],
    ['an account number of 30 digits and hyphens', { externalAccountNumber: '1-2345678901234567890123456-89' }],
    ['a bank by its English name', { externalBank: 'Hana Bank' }],
    ['a bank by another name of it', { externalBank: 'KEB 하나은행' }],
    ['a securities firm', { externalBank: '토스증권' }],
  ])('accepts %s, and keeps it as it is', async (_what, changes) => {
    const body = signUpBody(changes);
    const received = await api.signUp(body);
    expectSuccess(received, 201);
    const { name, email, externalAccount } = (await done(api.user(received.detail.userId))).detail;
    expect({ name, email, bank: externalAccount.bank }).toEqual({
      name: body.name,
      email: body.email,
      bank: body.externalBank,
    });
  });

  it.each([
    ['name', ['가'.repeat(51), '\u0000', 'a\nb', '\ud800', 1, null, {}, ['홍길동']]],
    ['email', ['hello', '@gmail', 'hello@', 'a b@gmail', 'a@b@c', `${'a'.repeat(249)}@gmail`, 'a@gmail\r\n', null]],
    [
      'externalBank',
      [
        '가'.repeat(51),
        81,
        null,
        '',
        '081',
        'BANK',
        '은행',
        'asdf nothing',
        '하나은행\u200b',
        'BANK OF NOWHERE & SONS',
      ],
    ],
    ['externalAccountNumber', ['1234', '1'.repeat(31), 'abcde', '123 456', '-----', 1234567890, null]],
  ])('refuses a bad %s', async (field, values: unknown[]) => {
    for (const value of values) {
      const received = await api.signUp(signUpBody({ [field]: value }));
      expectAnswer(received, 'InvalidRequest');
      expect([value, fieldsOf(received)]).toEqual([value, [field]]);
    }
  });

  it('is told where the banks are listed when it names none of them', async () => {
    const { detail } = await api.signUp(signUpBody({ externalBank: 'asdf nothing' }));
    const reason = 'must be a bank that GET /banks lists, by its name or an alias';
    expect(detail).toEqual({ errors: [{ field: 'externalBank', reason }] });
  });
});
