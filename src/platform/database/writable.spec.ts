import { describe, expect, it } from '@jest/globals';
import { NotWritable, proveWritable } from './writable.js';

const ID = 'a';
type Member = readonly [id: string, state: string];

/** A server that says this of itself, and of the members of its group. */
function aServer({ readOnly = 0 as unknown, version = '8.4.9', members = [] as readonly Member[] | Error }) {
  const query = (statement: string) => {
    if (!statement.includes('replication_group_members')) return Promise.resolve([{ readOnly, engine: 0, version }]);
    if (members instanceof Error) return Promise.reject(members);
    return Promise.resolve(members.map(([id, state]) => ({ isSelf: Number(id === ID), state })));
  };
  return { query };
}

describe('a database is up', () => {
  it.each([
    ['alone', {}],
    ['as MariaDB 12 writes it', { readOnly: 'OFF', version: '12.2.1-MariaDB' }],
    ['with its whole group', { members: [[ID, 'ONLINE'], ['b', 'ONLINE'], ['c', 'ONLINE']] }], // prettier-ignore
    ['with most of its group', { members: [[ID, 'ONLINE'], ['b', 'UNREACHABLE'], ['c', 'RECOVERING']] }], // prettier-ignore
    ['when its group may not be seen', { members: Object.assign(new Error('denied'), { errno: 1142 }) }],
  ] as const)('%s', async (_how, server) => {
    await expect(proveWritable(aServer(server))).resolves.toBeUndefined();
  });
});

describe('a database is down', () => {
  it.each([
    ['read-only', { readOnly: 1 }, 'read-only'],
    ['read-only, as MariaDB 12 writes it', { readOnly: 'NO_LOCK', version: '12.2.1-MariaDB' }, 'read-only'],
    [
      'with half of its group',
      {
        members: [
          [ID, 'ONLINE'],
          ['b', 'UNREACHABLE'],
        ],
      },
      'quorum: 1 of 2',
    ],
    [
      'with a part of its group',
      {
        members: [
          [ID, 'ONLINE'],
          ['b', 'UNREACHABLE'],
          ['c', 'UNREACHABLE'],
        ],
      },
      '1 of 3',
    ],
    [
      'recovering',
      {
        members: [
          [ID, 'RECOVERING'],
          ['b', 'ONLINE'],
          ['c', 'ONLINE'],
        ],
      },
      'no active member',
    ],
  ] as const)('%s', async (_how, server, said) => {
    await expect(proveWritable(aServer(server))).rejects.toThrow(NotWritable);
    await expect(proveWritable(aServer(server))).rejects.toThrow(said);
  });

  it('when it says what nobody expected', async () => {
    const error = Object.assign(new Error('lost'), { errno: 2013 });
    await expect(proveWritable(aServer({ members: error }))).rejects.toBe(error);
  });
});
