import { describe } from '@jest/globals';

/**
 * `describe` for what can't be shown everywhere: `npm test` tells from the name what was skipped for want of what.
 * In a file of its own, since this much is to be known without a deployment.
 */
export function describeIf(isPossible: boolean, need: string, name: string, tests: () => void): void {
  if (isPossible) describe(name, tests);
  else describe.skip(`${name} [needs ${need}]`, tests);
}
