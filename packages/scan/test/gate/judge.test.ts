import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judge, reaches, severities, type Finding, type GateTerms } from '../../src/index.ts';

const finding = (more: Partial<Finding> = {}): Finding => ({
  rule_id: 'rules.js-eval',
  severity: 'high',
  message: 'eval',
  location: 'a.js',
  fingerprint: 'f1',
  ...more,
});
const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
const terms = (more: Partial<GateTerms> = {}): GateTerms => ({
  threshold: 'high',
  ignoreUnfixed: false,
  ignores: [],
  newOnly: false,
  now: day('2027-01-15'),
  ...more,
});
const judged = (findings: readonly Finding[], more: Partial<GateTerms> = {}) =>
  judge({ findings, suppressed: [] }, terms(more));

const anyFinding = fc.record({
  rule_id: fc.constantFrom('a', 'b', 'c'),
  severity: fc.constantFrom(...severities),
  message: fc.string(),
  location: fc.constantFrom('', 'x', 'y'),
  cve: fc.constantFrom('CVE-2024-0001', 'CVE-2024-0002'),
  fingerprint: fc.uuid(),
});
const findings = fc.uniqueArray(anyFinding, { selector: ({ fingerprint }) => fingerprint });

describe('the gate', () => {
  it('fails exactly when a finding reaches its threshold', () => {
    fc.assert(
      fc.property(findings, fc.constantFrom(...severities), (all, threshold) => {
        const worst = all.some(({ severity }) => reaches(severity, threshold));
        expect(judged(all, { threshold }).passed).toBe(!worst);
      }),
    );
  });

  it('never passes at a stricter threshold what it fails at a milder one', () => {
    fc.assert(
      fc.property(findings, (all) => {
        const verdicts = severities.map((threshold) => judged(all, { threshold }).passed);
        expect(verdicts).toEqual(verdicts.toSorted((one, other) => Number(other) - Number(one)));
      }),
    );
  });

  it('loses no finding: each counts, or is set aside with the reason', () => {
    const ignores = [{ rule_id: 'a', reason: 'known', expires: '2028-01-01' }];
    fc.assert(
      fc.property(findings, fc.boolean(), (all, ignoreUnfixed) => {
        const { findings: counted, setAside, summary } = judged(all, { ignores, ignoreUnfixed });
        const told = [...counted, ...setAside.map((each) => each.finding)].map(({ fingerprint }) => fingerprint);
        expect(told.toSorted()).toEqual(all.map(({ fingerprint }) => fingerprint).toSorted());
        expect(Object.values(summary).reduce((sum, count) => sum + count)).toBe(counted.length);
      }),
    );
  });

  it('shows the same, in whatever order the scanner tells it', () => {
    fc.assert(
      fc.property(findings, (all) => {
        expect(judged(all.toReversed()).findings).toEqual(judged(all).findings);
      }),
    );
  });
});

describe('an ignore', () => {
  const ignore = { rule_id: 'js-eval', reason: 'a test', expires: '2027-01-31' };

  it.each([
    ['a rule without its folder', ignore],
    ['a rule in full', { ...ignore, rule_id: 'rules.js-eval' }],
  ])('names %s', (_, each) => {
    expect(judged([finding()], { ignores: [each] })).toMatchObject({
      passed: true,
      setAside: [{ why: 'ignored', reason: 'a test', expires: '2027-01-31' }],
      unused: [],
    });
  });

  it('names a weakness in any case', () => {
    const ignores = [{ cve: 'cve-2024-0001', reason: 'not reached', expires: '2027-01-31' }];
    expect(judged([finding({ cve: 'CVE-2024-0001' })], { ignores }).passed).toBe(true);
    expect(judged([finding({ cve: 'CVE-2024-00011' })], { ignores })).toMatchObject({ passed: false, unused: ignores });
  });

  it('does not name another rule whose name only ends alike', () => {
    expect(judged([finding({ rule_id: 'rules.no-js-eval' })], { ignores: [ignore] }).passed).toBe(false);
  });

  it('ends when its day begins', () => {
    const at = (now: number) => judged([finding()], { ignores: [ignore], now });
    expect(at(day('2027-01-31') - 1).passed).toBe(true);
    expect(at(day('2027-01-31'))).toMatchObject({ passed: false, over: [ignore] });
  });
});

describe('packages without a fix', () => {
  it('are set aside only when asked, and only packages', () => {
    const unfixed = finding({ package: 'bash', installed_version: '5' });
    expect(judged([unfixed]).passed).toBe(false);
    expect(judged([unfixed], { ignoreUnfixed: true })).toMatchObject({ passed: true, setAside: [{ why: 'unfixed' }] });
    expect(judged([finding()], { ignoreUnfixed: true }).passed).toBe(false);
    expect(judged([{ ...unfixed, fixed_version: '6' }], { ignoreUnfixed: true }).passed).toBe(false);
  });
});

describe('a baseline', () => {
  const [old, gone, fresh] = ['old', 'gone', 'fresh'].map((fingerprint) => finding({ fingerprint })) as [
    Finding,
    Finding,
    Finding,
  ];
  const before = { run: 'run-0', findings: [old, gone] };

  it('tells new, unchanged and fixed', () => {
    expect(judged([old, fresh], { before }).comparison).toEqual({
      run: 'run-0',
      new: ['fresh'],
      unchanged: ['old'],
      fixed: [gone],
    });
  });

  it('gates on all, or on what is new', () => {
    expect(judged([old], { before }).passed).toBe(false);
    expect(judged([old], { before, newOnly: true }).passed).toBe(true);
    expect(judged([old, fresh], { before, newOnly: true }).failing).toEqual([fresh]);
  });

  it('gates on all where there is nothing to compare with', () => {
    expect(judged([old], { newOnly: true }).passed).toBe(false);
  });

  it('does not call fixed what is only set aside', () => {
    const suppressed = [{ finding: gone, why: 'in_source' }] as const;
    expect(judge({ findings: [old], suppressed }, terms({ before })).comparison?.fixed).toEqual([]);
    const ignores = [{ rule_id: 'js-eval', reason: 'x', expires: '2028-01-01' }];
    expect(judged([old, gone], { before, ignores }).comparison?.fixed).toEqual([]);
  });
});
