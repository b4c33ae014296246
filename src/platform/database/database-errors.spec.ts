import { describe, expect, it } from '@jest/globals';
import { ConnectionLost, isDuplicateKey, refusesCommit, troubleOf } from './database-errors.js';

const driverError = (fields: object) =>
  Object.assign(new Error('message' in fields ? String(fields.message) : ''), fields);

describe('what a database error means', () => {
  it.each([
    [driverError({ errno: 1213 }), 'deadlock'],
    [driverError({ errno: 1205 }), 'lockWait'],
    [driverError({ errno: 1040 }), 'busy'],
    [driverError({ errno: 1290 }), 'connection'],
    [driverError({ errno: 4094 }), 'connection'],
    [driverError({ code: 'PROTOCOL_CONNECTION_LOST', fatal: true }), 'connection'],
    [driverError({ code: 'ECONNREFUSED' }), 'connection'],
    [driverError({ message: "Can't add new command when connection is in closed state" }), 'connection'],
    [driverError({ message: 'Queue limit reached.' }), 'busy'],
    [new ConnectionLost('late'), 'connection'],
    [driverError({ errno: 1062 }), null],
    [driverError({ errno: 1064 }), null],
    [new TypeError('a defect'), null],
    ['no error at all', null],
  ])('%p is %p', (error, trouble) => {
    expect(troubleOf(error)).toBe(trouble);
  });

  it.each([
    ['a deadlock', { errno: 1213, sqlState: '40001' }, true],
    ['a server that has become read-only', { errno: 1290, sqlState: 'HY000' }, true],
    ['a transaction that is read-only', { errno: 1792, sqlState: '25006' }, true],
    ['read-only mode', { errno: 1836, sqlState: 'HY000' }, true],
    ['a group that this server has left', { errno: 3100, sqlState: 'HY000' }, true],
    ['a COMMIT that was killed', { errno: 1317, sqlState: '70100' }, false],
    ['a link that was lost', { errno: 1290 }, false],
    ['no answer at all', { code: 'PROTOCOL_CONNECTION_LOST', fatal: true }, false],
  ])('knows whether nothing was committed for certain: %s', (_what, fields, isCertain) => {
    expect(refusesCommit(driverError(fields))).toBe(isCertain);
  });

  it('knows a duplicate key by its name, as MySQL and as MariaDB write it', () => {
    const mysql = driverError({ errno: 1062, message: "Duplicate entry 'a@b' for key 'users.uq_users_email'" });
    const mariadb = driverError({ errno: 1062, message: "Duplicate entry 'a@b' for key 'uq_users_email'" });
    for (const error of [mysql, mariadb]) {
      expect(isDuplicateKey(error)).toBe(true);
      expect(isDuplicateKey(error, 'uq_users_email')).toBe(true);
      expect(isDuplicateKey(error, 'uq_accounts_number')).toBe(false);
    }
    expect(isDuplicateKey(driverError({ errno: 1213 }))).toBe(false);
  });
});
