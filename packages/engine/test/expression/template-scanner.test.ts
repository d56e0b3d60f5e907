import { describe, expect, it } from '@jest/globals';
import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { hasTemplate, scanTemplate } from '../../src/expression/index.ts';

/** Segments in short: literals as text, expressions as [source]. */
function scan(text: string): (string | string[])[] | string {
  const result = scanTemplate(text);
  if ('problem' in result) return result.problem.code;
  return result.segments.map((segment) => (segment.kind === 'literal' ? segment.text : [segment.source]));
}

describe('scanTemplate', () => {
  it.each([
    ['', []],
    ['plain } text }}', ['plain } text }}']],
    ['{{ a }}', [[' a ']]],
    ['a{{b}}{{c}}d', ['a', ['b'], ['c'], 'd']],
    ["{{ 'a}}' }}", [[" 'a}}' "]]],
    ['{{ "a\\"}}" }}!', [[' "a\\"}}" '], '!']],
    ["{{ r'\\' }}!", [[" r'\\' "], '!']],
    ["{{ '''it's }}''' }}", [[" '''it's }}''' "]]],
    ["{{ {'a': {'b': 1}} }}", [[" {'a': {'b': 1}} "]]],
    ["{{{'a': {'b': 1}}}}", [["{'a': {'b': 1}}"]]],
    ['\\{{.Names}}', ['{{', '.Names}}']],
    ['{{ \'{{\' }}.Names{{ "}}" }}', ['{{', '.Names', '}}']],
    ['a\\\\{{ b }}', ['a\\', '{{', ' b }}']],
    ['{{ a', 'expression.unterminated'],
    ["{{ 'a }}", 'expression.unterminated'],
    ['{{ a }', 'expression.unterminated'],
    ['{{ { }}', 'expression.unterminated'],
  ])('%s', (text, expected) => {
    expect(scan(text)).toEqual(expected);
  });

  it('knows where everything stands, braces included', () => {
    expect(scanTemplate('ab\\{{ {{ x }}')).toEqual({
      segments: [
        { kind: 'literal', text: 'ab', offset: 0, end: 2 },
        { kind: 'literal', text: '{{', offset: 2, end: 5 },
        { kind: 'literal', text: ' ', offset: 5, end: 6 },
        { kind: 'expression', source: ' x ', offset: 6, end: 13 },
      ],
    });
    expect(scanTemplate('ab {{ x')).toMatchObject({ problem: { offset: 3, length: 4 } });
  });

  it('covers any text without a gap, and never throws', () => {
    const pieces = constantFrom('{{', '}}', '{', '}', '\\', "'", '"', "'''", "r'", '\n', ' a ', '\\{{', "{{ '{{' }}");
    assert(
      property(array(oneof(pieces, string())), (parts) => {
        const text = parts.join('');
        const result = scanTemplate(text);
        if ('problem' in result) return;
        let end = 0;
        for (const segment of result.segments) {
          expect(segment.offset).toBe(end);
          end = segment.end;
        }
        expect(end).toBe(text.length);
      }),
    );
  });

  it('leaves text without braces alone', () => {
    assert(
      property(string(), (text) => {
        if (!hasTemplate(text)) expect(scan(text)).toEqual(text === '' ? [] : [text]);
      }),
    );
  });
});
