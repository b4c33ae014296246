import { expect, it } from '@jest/globals';
import { describeIf } from '../support/describe-if.js';
import { isOurs, runAsProgram } from './run-as-program.js';

describeIf(isOurs, 'a system that may be killed', 'the service under crashes, cuts and lies', () => {
  it('loses nothing, does nothing twice, and says nothing wrong; and the checker sees it when it does', async () => {
    const { code, said } = await runAsProgram('--short', '--seed', '1');
    expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' });
  });
});
