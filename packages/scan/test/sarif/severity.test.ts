import { describe, expect, it } from '@jest/globals';
import { anyReader, parseSeverity, readFindings, readSarif, severityOfScore } from '../../src/index.ts';
import { severityPattern } from '../../src/finding/severity.ts';
import { at, bytesOf, result, sarif } from '../support/report.ts';

const first = (value: unknown) => readFindings(readSarif(bytesOf(value)), anyReader).findings[0];
const rule = (more: object) => [{ id: 'R1', ...more }];

describe('a severity', () => {
  it.each([
    [10, 'critical'],
    [9, 'critical'],
    [8.9, 'high'],
    [7, 'high'],
    [6.9, 'medium'],
    [4, 'medium'],
    [3.9, 'low'],
    [0.1, 'low'],
    [0, 'info'],
  ])('of the score %d is %s', (score, severity) => {
    expect(severityOfScore(score)).toBe(severity);
  });

  it.each([
    [
      'the score of the rule before every level',
      result({ level: 'note' }),
      { properties: { 'security-severity': '9.8' } },
      'critical',
    ],
    ['a score that is a number', result(), { properties: { 'security-severity': 7.5 } }, 'high'],
    [
      'the level of the result before the rule’s',
      result({ level: 'error' }),
      { defaultConfiguration: { level: 'note' } },
      'high',
    ],
    ['the level of the rule', result(), { defaultConfiguration: { level: 'note' } }, 'low'],
    ['the standard’s own default', result(), {}, 'medium'],
    ['a level that says none', result({ level: 'none' }), {}, 'info'],
    ['nothing said, as Go writes it', result({ level: null }), { properties: { 'security-severity': '' } }, 'medium'],
  ])('is %s', (_, one, described, severity) => {
    expect(first(sarif([one], rule(described)))).toMatchObject({ severity });
  });

  it.each(['HIGH', 'High', ' high ', 'ERROR', 'error'])('is spelled %j', (word) => {
    expect(parseSeverity(word)).toBe('high');
    expect(word).toMatch(new RegExp(severityPattern));
  });

  it.each(['', 'hi', 'severe', 'toString', 'highest'])('is not spelled %j', (word) => {
    expect(parseSeverity(word)).toBeUndefined();
    expect(word).not.toMatch(new RegExp(severityPattern));
  });
});

it('finds rules of extensions, of sub-rules, and by index alone', () => {
  const run = {
    tool: {
      driver: { name: 'Any', rules: [{ id: 'CA1', defaultConfiguration: { level: 'error' } }] },
      extensions: [{ name: 'More', rules: [{ id: 'X1', properties: { 'security-severity': '9.9' } }] }],
    },
  };
  const results = [
    { ruleId: 'CA1/2', message: { text: 'a' } },
    { ruleIndex: 0, message: { text: 'b' } },
    { rule: { index: 0, toolComponent: { index: 0 } }, message: { text: 'c' } },
  ];
  const { findings } = readFindings(readSarif(bytesOf(sarif(results, [], run))), anyReader);
  expect(findings.map(({ rule_id, severity }) => [rule_id, severity])).toEqual([
    ['CA1/2', 'high'],
    ['CA1', 'high'],
    ['X1', 'critical'],
  ]);
});

it('leaves out what is no failure', () => {
  expect(first(sarif([result({ kind: 'pass' }), result({ kind: 'notApplicable' })]))).toBeUndefined();
});

it('counts what somebody only asked to suppress', () => {
  expect(first(sarif([result({ suppressions: [{ kind: 'external', status: 'underReview' }] })]))).toBeDefined();
  expect(first(sarif([result({ suppressions: [{ kind: 'external', status: 'accepted' }] })]))).toBeUndefined();
});

describe('a fingerprint', () => {
  const of = (...locations: object[]) =>
    readFindings(
      readSarif(bytesOf(sarif(locations.map((each) => result({ locations: [each] }))))),
      anyReader,
    ).findings.map(({ fingerprint }) => fingerprint);

  it('stays when lines move, and differs by place', () => {
    expect(of(at('a.js', 3, 'eval(x)'))).toEqual(of(at('a.js', 90, '  eval(x)')));
    expect(of(at('a.js', 3, 'eval(x)'))).not.toEqual(of(at('b.js', 3, 'eval(x)')));
  });

  it('tells equal ones apart', () => {
    const [one, other] = of(at('a.js', 3, 'eval(x)'), at('a.js', 9, 'eval(x)'));
    expect(one).not.toBe(other);
  });
});
