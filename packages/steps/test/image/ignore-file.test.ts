import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseIgnoreFile } from '../../src/image/context/ignore-file.ts';

const ignored = (file: string, paths: readonly string[]) => {
  const ignores = parseIgnoreFile(file, '.dockerignore');
  return paths.filter((path) => ignores(path));
};

describe('a .dockerignore', () => {
  it.each([
    ['node_modules', ['node_modules', 'node_modules/a/b.js'], ['src/node_modules', 'node_modules.txt']],
    ['**/node_modules', ['node_modules', 'a/b/node_modules/c'], ['a/node_modulesx']],
    ['*.log', ['a.log', '.log'], ['b/a.log', 'a.log.txt']],
    ['*/temp*', ['a/temp', 'a/temporary.txt', 'a/temp/b'], ['temp', 'a/b/temp']],
    ['a?c', ['abc'], ['ac', 'abbc', 'a/c']],
    ['/dist/', ['dist', 'dist/x'], ['a/dist']],
    ['./dist', ['dist/x'], []],
    ['a/../b', ['b'], ['a']],
    ['docs/**/*.md', ['docs/a.md', 'docs/x/y/a.md'], ['docs/a.txt', 'a.md']],
    ['**', ['a', 'a/b'], []],
    ['a**b', ['ab', 'axb', 'ax/yb'], ['abc', 'b']],
    ['a**/b', ['ab', 'axx/b'], ['axb']],
    ['[a-c].txt', ['a.txt', 'c.txt'], ['d.txt', 'A.txt']],
    ['[^a].txt', ['b.txt'], ['a.txt', '/.txt']],
    ['[]a].txt', ['].txt', 'a.txt'], ['b.txt']],
    ['a\\*b', ['a*b'], ['axb']],
    ['Build', ['Build'], ['build']],
    ['a+(b)|c$^.', ['a+(b)|c$^.'], ['aab']],
    ['*\n!keep', ['a', 'b/c'], ['keep', 'keep/all']],
    ['*.md\n!README*.md\nREADME-secret.md', ['a.md', 'README-secret.md'], ['README.md', 'README-1.md']],
    ['*.md\nREADME-secret.md\n!README*.md', ['a.md'], ['README-secret.md']],
    ['src\n!src/main.js', ['src', 'src/a.js'], ['src/main.js']],
    ['# comment\n\n  spaced  \r\n', ['spaced'], ['# comment']],
  ])('%j leaves out what Docker leaves out', (file, out, kept) => {
    expect(ignored(file, [...out, ...kept])).toEqual(out);
  });

  it('says which line is no pattern', () => {
    for (const [file, line] of [
      ['a\n[b', 2],
      ['!', 1],
      ['a\nb\n!  ', 3],
      ['x'.repeat(5000), 1],
      ['x\n'.repeat(10_001), 10_001],
    ] as const)
      expect(() => ignored(file, [])).toThrow(
        expect.objectContaining({ code: 'image.context_invalid', message: expect.stringContaining(`Line ${line} `) }),
      );
  });

  it('agrees with a regular expression, where one can be written safely', () => {
    const letter = fc.constantFrom('a', 'b', '/', '.');
    const piece = fc.constantFrom('a', 'b', '/', '.', '*', '?', '**', '**/');
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 6 }),
        fc.array(letter, { minLength: 1, maxLength: 8 }),
        (pieces, letters) => {
          const pattern = pieces.join('');
          const path = letters.join('');
          // What is cleaned, or split otherwise than the pieces say, is told by the examples above.
          fc.pre(!/\/\/|\*\*\*|^\/|\/$|(^|\/)\.{1,2}(\/|$)/.test(pattern) && !/\/\/|^\/|\/$/.test(path));
          const expression = pattern.replaceAll(/\*\*\/|\*\*|\*|\?|\./g, (part) => {
            const parts: Record<string, string> = {
              '**/': '(?:.*/)?',
              '**': '.*',
              '*': '[^/]*',
              '?': '[^/]',
              '.': '\\.',
            };
            return parts[part] ?? part;
          });
          const whole = new RegExp(`^${expression}$`);
          const around = path.split('/').map((_, index, all) => all.slice(0, index + 1).join('/'));
          expect(ignored(pattern, [path])).toEqual(around.some((each) => whole.test(each)) ? [path] : []);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('takes no longer for what makes regular expressions slow', () => {
    const path = `${'a'.repeat(4000)}b`;
    expect(ignored(`${'*a'.repeat(2000)}c`, [path])).toEqual([]);
    expect(ignored(`${'**/'.repeat(1000)}c`, [path])).toEqual([]);
  }, 120_000);
});
