import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CicdError } from '@cicd/plugin';
import { anyReader, readFindings, readSarif, semgrepReader, trivyReader } from '../../src/index.ts';
import { at, bytesOf, reportOf, result, sarif } from '../support/report.ts';

const read = (value: unknown) => readFindings(readSarif(bytesOf(value)), anyReader).findings;
const refused = expect.objectContaining({ code: 'scan.report_invalid' });
const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('a report that is none', () => {
  it.each<[string, unknown]>([
    ['empty', ''],
    ['only white space', ' \n\t'],
    ['null', 'null'],
    ['a list', '[]'],
    ['text', '"2.1.0"'],
    ['an error page', '<html><body>502</body></html>'],
    ['JSON of something else', { results: [], errors: [] }],
    ['an old version', { version: '2.0.0', runs: [] }],
    ['a version that is a number', { version: 2.1, runs: [] }],
    ['no run', { version: '2.1.0', runs: [] }],
    ['runs that are none', { version: '2.1.0', runs: 'all' }],
    ['a run without a tool', { version: '2.1.0', runs: [{ results: [] }] }],
    ['a run without results', { version: '2.1.0', runs: [{ tool: { driver: { name: 'Any' } } }] }],
    ['results that are null', sarif(null)],
    ['a result without a message', sarif([{ ruleId: 'R1' }])],
    ['a result without a rule', sarif([{ message: { text: 'found' } }])],
    ['a level that is none', sarif([result({ level: 'fatal' })])],
    ['a rule that is not described', sarif([result({ ruleIndex: 4 })], [{ id: 'R1' }])],
    ['a rule that contradicts itself', sarif([result({ ruleIndex: 0 })], [{ id: 'R2' }])],
    ['a severity that is none', sarif([result()], [{ id: 'R1', properties: { 'security-severity': 'bad' } }])],
    ['a severity beyond 10', sarif([result()], [{ id: 'R1', properties: { 'security-severity': '99' } }])],
    ['a run that failed', sarif([], [], { invocations: [{ executionSuccessful: false }] })],
    [
      'a run with an error',
      sarif([], [], {
        invocations: [
          { executionSuccessful: true, toolExecutionNotifications: [{ level: 'error', message: { text: 'x' } }] },
        ],
      }),
    ],
    ['two files one after the other', `${JSON.stringify(sarif([]))}${JSON.stringify(sarif([]))}`],
    ['a great depth', deep(200_000)],
  ])('%s is refused', (_, value) => {
    expect(() => read(value)).toThrow(refused);
  });

  it('is refused when it is not UTF-8', () => {
    expect(() => readSarif(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))).toThrow(refused);
  });

  it('is refused when it is too large, before it is read', () => {
    expect(() => readSarif(new Uint8Array(128 * 2 ** 20 + 1))).toThrow(/more than 128/);
  });

  it('is refused when it has too many results', () => {
    expect(() => read(sarif(Array.from({ length: 100_001 }, () => result())))).toThrow(refused);
  });

  it.each([
    ['semgrep-1.182.0.sarif', semgrepReader],
    ['trivy-0.76.0.sarif', trivyReader],
  ] as const)('is refused wherever %s is cut', (name, reader) => {
    const whole = reportOf(name);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.byteLength - 2 }), (length) => {
        expect(() => readFindings(readSarif(whole.subarray(0, length)), reader)).toThrow(refused);
      }),
    );
  });
});

describe('a report with hostile text', () => {
  it('shows no escape sequence, control character or turned text', () => {
    const text =
      'a\u001b[31mred\u001b]8;;http://evil\u0007link\u0000\u009b2J\u202eexe.txt\rover <script>alert(1)</script>';
    const [finding] = read(
      sarif([result({ ruleId: text, message: { text }, locations: [at(`x${encodeURIComponent(text)}`)] })]),
    );
    for (const shown of [finding?.message, finding?.rule_id, finding?.location]) {
      // oxlint-disable-next-line no-control-regex -- these are what must not be there
      expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      expect(shown).toContain('exe.txt');
    }
  });

  it.each([
    ['../../etc/passwd', '/etc/passwd'],
    ['file:///etc/passwd', '/etc/passwd'],
    ['src/../../../etc/passwd', '/etc/passwd'],
    ['..%2f..%2fetc/passwd', '/etc/passwd'],
    ['..\\..\\etc\\passwd', '/etc/passwd'],
    ['./src//a/../b.js', 'src/b.js'],
    ['100%.txt', '100%.txt'],
  ])('shows %s as %s', (uri, location) => {
    expect(read(sarif([result({ locations: [at(uri)] })]))).toMatchObject([{ location }]);
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'not an address', `https://x/${'a'.repeat(3_000)}`])(
    'links to no %#',
    (helpUri) => {
      expect(read(sarif([result()], [{ id: 'R1', helpUri }]))[0]).not.toHaveProperty('help_uri');
    },
  );

  it('cuts what is long', () => {
    const [finding] = read(sarif([result({ message: { text: '\u001b['.repeat(500_000) + 'x'.repeat(500_000) } })]));
    expect(finding?.message.length).toBeLessThanOrEqual(1_000);
  });

  it('keeps keys of every object’s own apart from findings', () => {
    const text =
      '{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"Any"}},"results":[],"__proto__":{"results":[1]}}]}';
    expect(read(text)).toEqual([]);
  });
});

it('whatever JSON is given: findings or a refusal, never anything else', () => {
  fc.assert(
    fc.property(fc.json(), fc.boolean(), (json, asResults) => {
      try {
        read(asResults ? sarif(JSON.parse(json)) : json);
      } catch (error) {
        expect(CicdError.isInstance(error) && error.code).toBe('scan.report_invalid');
      }
    }),
    { numRuns: 500 },
  );
});
