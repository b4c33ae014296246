import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { done, signUpBody } from '../../support/builders.js';
import { expectSuccess } from '../../support/contract.js';

interface Bank {
  readonly code: string;
  readonly name: string;
  readonly aliases: readonly string[];
}

describe('the banks whose accounts can be linked', () => {
  const list = async () => {
    const received = await api.send<{ items: Bank[] }>('GET', '/banks');
    expectSuccess(received, 200);
    return received.detail.items;
  };

  it('are listed with their codes and names, in the order of their codes', async () => {
    const banks = await list();
    expect(banks).toContainEqual({ code: '081', name: '하나은행', aliases: expect.arrayContaining(['HANA BANK']) });
    expect(banks.map(({ name }) => name)).toEqual(expect.arrayContaining(['KB국민은행', '토스뱅크', '미래에셋증권']));
    const codes = banks.map(({ code }) => code);
    expect(codes).toEqual(codes.toSorted());
  });

  it('can be named by all that is listed', async () => {
    for (const { name, aliases } of await list()) {
      for (const externalBank of [name, ...aliases]) await done(api.signUp(signUpBody({ externalBank })));
    }
  });
});
