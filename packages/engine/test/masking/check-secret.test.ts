import { describe, expect, it } from '@jest/globals';
import { checkSecret } from '../../src/masking/index.ts';

describe('checkSecret', () => {
  it.each([
    ['abc', ['error secret.too_short']],
    ['  abc\n', ['error secret.too_short']],
    ['x'.repeat(65_537), ['error secret.too_long']],
    ['abcdefg', ['warning secret.short']],
    ['Admin', ['warning secret.short', 'warning secret.common_word']],
    ['localhost', ['warning secret.common_word']],
    ['8f14e45f', []],
  ])('judges %j', (value, expected) => {
    const problems = checkSecret('TOKEN', value);
    expect(problems.map(({ severity, code }) => `${severity} ${code}`)).toEqual(expected);
    expect(problems.every(({ message, hint }) => message.includes('TOKEN') && hint !== undefined)).toBe(true);
  });

  it('never says the value', () => {
    expect(JSON.stringify(checkSecret('TOKEN', 'zqxj'))).not.toContain('zqxj');
  });
});
