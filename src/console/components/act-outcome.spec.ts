import { expect, it } from '@jest/globals';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { View } from '../shell/view.js';
import { ViewContext } from '../shell/view.js';
import { translateTo } from '../texts/index.js';
import { ActOutcome } from './act-outcome.js';

const VIEW: View = { language: 'en', t: translateTo('en'), url: '/', csrf: null, role: 'operator', isSandbox: true };

function outcomeOf(status: number): string {
  const answer = { status, code: 'Code', message: 'What the API says.', detail: {} };
  const outcome = h(ActOutcome<object>, { answer, back: '/console/payments/1', done: () => 'It is done.' });
  return renderToString(h(ViewContext.Provider, { value: VIEW }, outcome));
}

it.each([
  [200, 'good', false],
  [202, 'wait', true],
  [409, 'bad', false],
  [500, 'bad', true],
  [503, 'bad', false], // it says that nothing was done
])('says of %i whether it is known what came of it, and leads back to look', (status, tone, isUnknown) => {
  const text = outcomeOf(status);
  expect(text).toContain(`class="notice ${tone}"`);
  expect(text.includes('The outcome is not known yet. Do not do it again')).toBe(isUnknown);
  expect(text.includes('It is done.')).toBe(status === 200);
  expect(text).toContain('href="/console/payments/1"');
});
