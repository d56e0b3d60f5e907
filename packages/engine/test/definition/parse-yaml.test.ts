import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dump } from 'js-yaml';
import { parseYaml } from '../../src/definition/index.ts';
import { at } from './source-place.ts';

const codes = (source: string | Uint8Array) =>
  parseYaml(source).problems.map(({ code, line, column }) => `${code} ${line}:${column}`);

describe('parseYaml', () => {
  const text = [
    'plain: one two',
    "single: 'it''s {{ x }}'",
    'double: "tab\\t\\u00e9 {{ x }}"',
    'list:',
    '  - first',
    '  - { inner: [a, {{B}}] }'.replace('{{B}}', 'b'),
    'literal: |  # a > comment',
    '  line one',
    '',
    '    line {{ three }}',
    'folded: >-',
    '  some words',
    '  and {{ more }}',
    'spread: some words',
    '  and {{ more }}',
    'spread_quoted: "some   ',
    '   words \\',
    '   {{ more }}"',
    'nothing:',
    '',
  ].join('\n');
  const document = parseYaml(text);

  it('gives the place of keys and values', () => {
    expect(document.problems).toEqual([]);
    expect(document.locate(['plain'])).toEqual(at(text, 'one two'));
    expect(document.locateKey(['plain'])).toEqual(at(text, 'plain:'));
    expect(document.locate(['single'])).toEqual(at(text, "'it''s"));
    expect(document.locate(['list'])).toEqual(at(text, '- first'));
    expect(document.locate(['list', 1])).toEqual(at(text, '{ inner'));
    expect(document.locateKey(['list', 1, 'inner'])).toEqual(at(text, 'inner'));
    expect(document.locate(['list', 1, 'inner', 1])).toEqual(at(text, 'b] }'));
    expect(document.locate(['literal'])).toEqual(at(text, '|  # a'));
    expect(document.locate(['folded'])).toEqual(at(text, '>-'));
    expect(document.locate(['nothing']).line).toBe(text.split('\n').indexOf('nothing:') + 1);
    expect(document.locate(['list', 1, 'absent', 'deeper'])).toEqual(at(text, '{ inner'));
  });

  it.each(['single', 'double', 'literal', 'folded', 'spread', 'spread_quoted'])(
    'gives the place of a character inside %s text',
    (key) => {
      const value = (document.value as Record<string, string>)[key] ?? '';
      const start = text.indexOf(`${key}:`);
      expect(document.locate([key], value.indexOf('{{'))).toEqual(at(text, '{{', start));
    },
  );

  it('gives the place of every letter, whatever the style', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    const value = fc
      .array(
        fc.oneof(
          { weight: 4, arbitrary: word },
          fc.constantFrom(' ', '\n', '\n\n', "'", '"', '\\', '\t', 'é', ': ', '# '),
        ),
        { minLength: 1, maxLength: 20 },
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        value,
        fc.constantFrom<'single' | 'double'>('single', 'double'),
        fc.boolean(),
        fc.integer({ min: 8, max: 30 }),
        (written, quoteStyle, forceQuotes, lineWidth) => {
          const source = dump({ outer: [{ key: written }] }, { quoteStyle, forceQuotes, lineWidth });
          const read = parseYaml(source);
          expect(read.value).toEqual({ outer: [{ key: written }] });
          const lines = source.split('\n');
          for (const [index, letter] of written.split('').entries()) {
            if (!/[a-z]/.test(letter)) continue;
            const { line, column } = read.locate(['outer', 0, 'key'], index);
            expect(lines[line - 1]?.[column - 1]).toBe(letter);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never throws', () => {
    const fragment = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      '&x ',
      '*x',
      '|',
      '>',
      "'",
      '"',
      '!!str ',
      '<<',
      '#',
      '\t',
      '---\n',
      '? ',
      ',',
      '{{ x }}',
      '\u0000',
      '\r\n',
      '%TAG ! x\n',
      '__proto__: ',
      '0x1F',
      '.inf',
    );
    const structured = fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.oneof(structured, fc.string({ unit: 'binary', maxLength: 60 }), fc.uint8Array({ maxLength: 60 })),
        (source) => {
          const read = parseYaml(source);
          for (const { line, column } of read.problems) expect(line >= 1 && column >= 1).toBe(true);
          expect(read.value !== undefined || read.problems.length > 0).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['a key twice', 'a: 1\nb:\n  c: 1\n  c: 2\na: 3\n', ['pipeline.duplicate_key 4:3', 'pipeline.duplicate_key 5:1']],
    ['a tab', 'a:\n\tb: 1\n', ['pipeline.tab_indentation 2:1']],
    ['a tab after spaces', 'a:\n  b: 1\n  \tc: 1\n', ['pipeline.tab_indentation 3:3']],
    ['two documents', 'a: 1\n---\nb: 1\n', ['pipeline.several_documents 2:1']],
    ['a merge key', 'a: &x { b: 1 }\nc:\n  <<: *x\n', ['pipeline.merge_key 3:3']],
    ['a tag', 'a: !!str 1\n', ['pipeline.yaml_tag 1:4']],
    ['an unknown alias', 'a: *x\n', ['pipeline.alias_refused 1:4']],
    ['an alias inside itself', 'a: &x [*x]\n', ['pipeline.alias_refused 1:8']],
    ['a key that a number would change', '1.10: a\n', ['pipeline.key_not_text 1:1']],
    ['a number too large', 'a: 12345678901234567890\n', ['pipeline.number_not_exact 1:4']],
    ['no end', 'a: [1, 2\n', ['pipeline.yaml_syntax 2:1']],
    ['nothing', '# only a comment\n', ['pipeline.empty 1:1']],
    [
      'a template without quotes',
      'a: {{ .Version }}\nb: { c: {{ x }} }\n',
      ['pipeline.template_not_quoted 1:4', 'pipeline.template_not_quoted 2:9'],
    ],
    ['a NUL', 'a: \u0000\n', ['pipeline.yaml_syntax 1:4']],
  ])('catches %s', (_name, source, expected) => {
    expect(codes(source)).toEqual(expected);
  });

  it('reads a template without quotes as the text that was meant', () => {
    expect(parseYaml('a: {{ .Version }}\nb: 1\n').value).toEqual({ a: '{{ .Version }}', b: 1 });
  });

  it('keeps on, yes and dates as text, as YAML 1.2 does', () => {
    expect(parseYaml('on: yes\nday: 2026-01-02\nmode: 0o17\n').value).toEqual({
      on: 'yes',
      day: '2026-01-02',
      mode: 15,
    });
  });

  it('stops aliases that would grow without end', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) =>
        `l${level}: &l${level} [${Array.from({ length: 8 }, () => (level === 0 ? 'x' : `*l${level - 1}`)).join(', ')}]`,
    );
    const document = parseYaml(`${levels.join('\n')}\n`);
    expect(document.problems[0]?.code).toBe('pipeline.alias_refused');
    expect(JSON.stringify(document.value).length).toBeLessThan(100_000);
  });

  it('stops at 64 levels, aliases included', () => {
    const nested = (levels: number) => `a: ${'['.repeat(levels)}${']'.repeat(levels)}\n`;
    expect(codes(nested(60))).toEqual([]);
    expect(codes(nested(70)).map((code) => code.split(' ')[0])).toEqual(['pipeline.too_deep']);
    const through = `a: &a ${'['.repeat(40)}${']'.repeat(40)}\nb: ${'['.repeat(40)}*a${']'.repeat(40)}\n`;
    expect(codes(through)[0]).toMatch(/alias_refused/);
  });

  it('reads bytes: UTF-8 with or without a mark, nothing else, 1 MiB at most', () => {
    expect(parseYaml(Buffer.from('\uFEFFa: é\n')).locate(['a'])).toEqual({ line: 1, column: 4 });
    expect(codes(Buffer.from('a: é\n', 'utf16le'))).not.toEqual([]);
    expect(codes(Buffer.from([0x61, 0x3a, 0x20, 0xff, 0x0a]))).toEqual(['pipeline.not_utf8 1:1']);
    expect(codes(`a: ${'x'.repeat(2 ** 20)}`)).toEqual(['pipeline.too_large 1:1']);
  });

  it('counts lines that end in CR LF', () => {
    const source = 'a: 1\r\nb: |\r\n  one\r\n  two {{ x }}\r\n';
    const read = parseYaml(source);
    expect(read.locate(['b'])).toEqual({ line: 2, column: 4 });
    expect(read.locate(['b'], 'one\ntwo '.length)).toEqual({ line: 4, column: 7 });
  });
});
