import { describe, expect, it } from '@jest/globals';
import { keysCommandOf, Mistake } from './keys-command.js';

describe('a command about keys', () => {
  it.each([
    [['create'], '--partner <id> goes with --role partner or partner-read'],
    [['create', '--role', 'root'], '--role must be one of partner, app, operator, auditor, partner-read, metrics'],
    [['create', '--role', 'app', '--partner', '100'], '--partner <id> goes with --role partner'],
    [['create', '--role', 'auditor', '--partner', '100'], '--partner <id> goes with --role partner'],
    [['create', '--role', 'partner-read'], '--partner <id> goes with --role partner'],
    [['create', '--partner', '100', '--label', '\u3164'], '--label must be a visible text'],
    [['create', '--partner', '100', '--label', 'shop\u202e'], '--label must be a visible text'],
    [['create', '--role', 'app', '--reason', '\u3164'], '--reason must be a visible text'],
    [['revoke', '7', '--reason', 'x'.repeat(201)], '--reason must be a visible text of 1 to 200 characters'],
    [['create', '--colour', 'red'], 'npm run keys -- create'],
    [[], 'npm run keys -- create'],
  ])('%j is told what is wrong', (args, complaint) => {
    const parse = () => keysCommandOf(args);
    expect(parse).toThrow(Mistake);
    expect(parse).toThrow(complaint);
  });

  it.each([
    [['list'], { command: 'list' }],
    [['revoke', 'sk_test_abcdefgh'], { command: 'revoke', name: 'sk_test_abcdefgh', reason: null }],
    [['revoke', '7', '--reason', '유출됨'], { command: 'revoke', name: '7', reason: '유출됨' }],
    [
      ['create', '--partner', '100', '--label', '길동상회'],
      {
        command: 'create',
        first: false,
        request: { role: 'partner', partnerId: 100, label: '길동상회', days: null },
        reason: null,
      },
    ],
    [
      ['create', '--role', 'operator', '--first'],
      {
        command: 'create',
        first: true,
        request: { role: 'operator', partnerId: null, label: null, days: null },
        reason: null,
      },
    ],
  ])('%j is understood', (args, command) => {
    expect(keysCommandOf(args)).toEqual(command);
  });
});
