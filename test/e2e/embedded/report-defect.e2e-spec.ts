import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { api } from '../../support/api.js';
import { aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { sql } from '../../support/stores.js';

describeWith(['databaseUrl', 'serviceLog'], 'a defect', () => {
  it('is answered Fail without a word of the story, which the log tells under the request id', async () => {
    const { userId } = await aUser();
    const { paymentId } = (await done(api.pay(paymentBody(userId), newKey()))).detail;
    const [stored] = await sql('SELECT product_items FROM payments WHERE movement_id = ?', [paymentId]);
    const requestId = newKey();
    await sql(`UPDATE payments SET product_items = '{broken' WHERE movement_id = ?`, [paymentId]);
    try {
      const received = await api.send('GET', `/payments/${paymentId}`, undefined, {
        headers: { 'X-Request-Id': requestId },
      });
      expectAnswer(received, 'Fail');
      expect(received.detail).toBeUndefined();
    } finally {
      await sql('UPDATE payments SET product_items = ? WHERE movement_id = ?', [stored?.['product_items'], paymentId]);
    }
    expectSuccess(await api.payment(paymentId), 200);

    const told = await eventually(
      () => Promise.resolve(readFileSync(stackPart('serviceLog'), 'utf8').split('\n')),
      (lines) => lines.some((line) => line.includes(requestId) && line.includes('"level":"error"')),
    );
    const story = told.find((line) => line.includes(requestId) && line.includes('"level":"error"'));
    expect(story).toMatch(/SyntaxError|JSON/);
    expect(story).toContain('payments.repository');
  });
});
