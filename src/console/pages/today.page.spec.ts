import { expect, it } from '@jest/globals';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Schemas } from '../shell/schemas.js';
import { ViewContext } from '../shell/view.js';
import { translateTo } from '../texts/index.js';
import { TodayPage } from './today.page.js';

type Overview = Schemas['OverviewDto'];

const minute = (index: number, approved: number, failed = 0) => ({
  at: `2026-11-28 08:${String(index).padStart(2, '0')}:00`,
  approved,
  refused: 0,
  pending: 0,
  failed,
});

/** An hour in which much went wrong. */
const TROUBLE: Overview = {
  at: '2026-11-28 09:00:12',
  payments: {
    approved: 1_234,
    refused: 4,
    pending: 2,
    failed: 1,
    perMinute: Array.from({ length: 60 }, (_, index) => minute(index, index === 30 ? 99 : index % 7, index % 2)),
  },
  topUps: { done: 40, refused: 3, unknown: 1 },
  openCircuits: [{ bankCode: '081', bankName: '하나은행', instanceIds: ['5f1c9a3e07b2'] }],
  webhooks: {
    waiting: { count: 12, isMore: false, oldestSeconds: 31 },
    undelivered: { count: 1_000, isMore: true, oldestSeconds: 190_000 },
  },
  orders: {
    withdrawals: { count: 2, isMore: false, oldestSeconds: 7_300 },
    payouts: { count: 0, isMore: false, oldestSeconds: null },
  },
  audit: {
    last: {
      endedAt: '2026-11-28 08:55:00',
      secondsAgo: 312,
      durationSeconds: 75.4,
      violations: 2,
      checks: [{ check: 'journal-balance', violations: 2 }],
      bankUnanswered: 3,
    },
    progress: { ratio: 0.426, secondsLeft: 12.7 },
  },
  instances: [
    {
      id: '5f1c9a3e07b2',
      version: '0.1.0',
      commit: '3f2a9c1',
      startedAt: '2026-11-28 06:00:00',
      heardSecondsAgo: 1,
      openCircuits: ['081'],
    },
  ],
};

const pageOf = (overview: Overview) => {
  const view = { language: 'en', t: translateTo('en'), url: '/console/today', csrf: null, role: 'operator' } as const;
  const page = h(TodayPage, { overview, isStill: false });
  return renderToString(h(ViewContext.Provider, { value: { ...view, isSandbox: true } }, page));
};

/** What is read of it. */
const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

it('says what goes wrong today', () => {
  const text = textOf(pageOf(TROUBLE));
  for (const said of [
    'Approved 1,234',
    'No answer … 1',
    'Withdrawals … 2 oldest 2 h',
    'Payouts 0',
    'Undelivered ! 1,000 + oldest at least 2 d',
    'To be sent … 12 oldest 31 s',
    '하나은행 081 ! Left alone by instances 5f1c9a3e07b2',
    'Violations: 2 journal-balance',
    'took 1 min',
    'Not answered by the bank … 3',
    'Under way: 42%, left about 12 s',
    '0.1.0 (3f2a9c1)',
  ]) {
    expect(text).toContain(said);
  }
});

it('says of the chart what it shows', () => {
  const html = pageOf(TROUBLE);
  expect(html).toMatch(
    /Payments per minute from 08:00 to 08:59: \d+ in all, at most 99 \(at 08:30\), 2 in the last full/,
  );
  expect(html.match(/<rect class="bad"/g)).toHaveLength(30);
});

it('says of each part that nobody knows it, and shows none of it', () => {
  const nothing = { payments: null, topUps: null, openCircuits: null, webhooks: null, orders: null, audit: null };
  const text = textOf(pageOf({ at: TROUBLE.at, ...nothing, instances: null }));
  expect(text.match(/Redis does not answer/g)).toHaveLength(4);
  expect(text.match(/the database does not answer/g)).toHaveLength(3);
});
