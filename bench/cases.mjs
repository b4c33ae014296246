// What is measured. The letters are the table's; `site` says on which system, `ports` through how many processes of the
// service.

import { anyOf } from './traffic.mjs';

export const population = { users: 2_000, agreed: 2_000, poor: 2_000, partners: 50 };

const onePayer = ({ users }) => ({ users: { first: anyOf(users), count: 1 } });

/**
 * `with` narrows the ids that traffic is drawn from; a `crowd` asks for top-ups beside it, and rests after each 503;
 * `plain` is the peer's traffic. What is `onlyAsked` is measured when --only names it, not otherwise.
 */
export const cases = [
  { id: 'a', title: 'limit of one transaction per payment', raw: true },
  { id: 'b', title: 'many payers, many merchants' },
  { id: 'p', title: '(b) on the plain wallet', plain: true },
  { id: 'c', title: 'one payer', with: onePayer },
  { id: 'pc', title: '(c) on the plain wallet', plain: true, with: onePayer },
  { id: 'd', title: 'one merchant', with: ({ partners }) => ({ partners: { ...partners, count: 1 } }) },
  { id: 'e0', title: 'top-up each time, bank at 0 ms', with: ({ poor }) => ({ users: poor }), bankMs: 0 },
  { id: 'e50', title: 'top-up each time, bank at 50 ms', with: ({ poor }) => ({ users: poor }), bankMs: 50 },
  { id: 'f', title: 'mixed traffic of all calls', kind: 'mixed' },
  { id: 'g', title: '(b) on millions of payments', site: 'big', onlyFull: true },
  { id: 'h', title: '(b) on two processes', processes: 2 },
  { id: 'h3', title: '(b) on three processes', processes: 3, onlyAsked: true },
  { id: 'r', title: '(b) on a group of three servers', site: 'group', onlyAsked: true },
  { id: 'j', title: '(b) by agreement', with: ({ agreed }) => ({ users: agreed }) },
  {
    id: 'i',
    title: '(b) while the bank hangs',
    bankHangs: true,
    crowd: { clients: 50, restMs: 1_000 },
    secondsMin: 10,
  },
];

/** What the figures are to show: a share of another case, on each product. */
export const aims = [
  { of: 'b', to: 'a', atLeast: { MySQL: 2.3, MariaDB: 1.7 } },
  { of: 'b', to: 'p', atLeast: 5 },
  { of: 'c', to: 'pc', atLeast: 8 },
  { of: 'c', to: 'b', atLeast: 0.95 },
  { of: 'd', to: 'b', atLeast: 0.95 },
  { of: 'g', to: 'b', atLeast: 0.85 },
  { of: 'i', to: 'b', atLeast: 0.9 },
  { of: 'j', to: 'b', atLeast: 0.95 },
];
/**
 * p99 of (b) at half load, in single durable commits of the same run: the median of its windows, and the highest of
 * them.
 */
export const p99InCommitsMax = { MariaDB: 25, MySQL: 40 };
export const windowInCommitsMax = 100;
export const residentMbMax = 300;
/**
 * While the bank hangs: what top-ups may be answered, how late at most, and how much memory may have grown by the end.
 */
export const whileBankHangs = { statuses: ['202', '503'], slowestMsMax: 5_000, grownMbMax: 30 };
/**
 * What a payment takes of the service's CPU, of what it takes of the plain wallet's, by database and by who made the
 * processors (on some the service's share is greater), and how much that may grow.
 */
export const cpuToPeer = { MariaDB: { AMD: 0.21, Intel: 0.27 }, MySQL: { AMD: 0.28, Intel: 0.24 } };
export const cpuGrowthMax = 1.2;
