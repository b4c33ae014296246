import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFECTS } from './defects.js';

const dist = join(import.meta.dirname, '../../../dist');

describe('the text that a defect replaces', () => {
  it.each(DEFECTS)('is there exactly once: $name', ({ edits }) => {
    for (const { file, find } of edits) {
      expect([file, find, readFileSync(join(dist, file), 'utf8').split(find).length - 1]).toEqual([file, find, 1]);
    }
  });
});
