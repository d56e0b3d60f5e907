import { expect, it } from '@jest/globals';
import { describeWith } from '@cicd/testbed';
import { scanSast, type ScanResult } from '../../src/index.ts';
import { realSandboxes, sample } from '../support/real-sandbox.ts';
import { knowledgeOf, runStep, storedText } from '../support/run-step.ts';

const patience = 300_000;

describeWith(['engine', 'semgrep'], 'Semgrep in its container', ({ engine, semgrep }) => {
  const open = realSandboxes(engine.socketPath);
  const rules = sample('rules', 'rules');
  const scan = async (files: Record<string, string>, config: object, knowledge = knowledgeOf({})) =>
    runStep(
      scanSast,
      { image: semgrep.image, rules: ['/workspace/rules'], ...config },
      { ...(await open()), files: { ...rules, ...files }, knowledge },
    );
  const findingsOf = async ({ ctx }: Awaited<ReturnType<typeof scan>>) =>
    JSON.parse(await storedText(ctx, 'scan.sarif.findings.json')) as ScanResult;

  it(
    'finds the known weaknesses',
    async () => {
      const run = await scan(sample('weak', 'src'), { source_path: '/workspace/src' });
      expect(run.error).toMatchObject({ code: 'scan.gate_failed', details: { failing: 2 } });
      const { findings, set_aside: aside, scanner_version: version } = await findingsOf(run);
      expect(version).toBe('1.182.0');
      expect(findings.map(({ rule_id, severity, location, line }) => [rule_id, severity, location, line])).toEqual([
        ['rules.js-exec-taint', 'critical', 'src/app.js', 3],
        ['rules.js-eval', 'high', 'src/app.js', 4],
        ['rules.py-weak-hash', 'medium', 'src/hash.py', 5],
      ]);
      expect(aside).toMatchObject([{ why: 'in_source', finding: { line: 9 } }]);
    },
    patience,
  );

  it(
    'finds nothing in the fixed ones, by a pack that the platform keeps',
    async () => {
      const knowledge = knowledgeOf({ 'p/house': { 'rules.yml': rules['rules/local.yml'] ?? '' } });
      const fixed = await scan(
        sample('fixed', 'src'),
        { rules: ['p/house'], source_path: '/workspace/src' },
        knowledge,
      );
      expect(fixed.error).toBeUndefined();
      expect(fixed.outputs).toMatchObject({ passed: true, findings_count: 0 });
      const weak = await scan(sample('weak', 'src'), { rules: ['p/house'], source_path: '/workspace/src' }, knowledge);
      expect((await findingsOf(weak)).findings.map(({ rule_id: rule }) => rule)).toContain('js-eval');
    },
    patience,
  );

  it.each([
    ['rules that are none', { 'rules/local.yml': 'rules: [{ id: broken }]\n' }, {}, 'scan.scanner_failed'],
    ['rules that are not there', {}, { rules: ['/workspace/none'] }, 'scan.scanner_failed'],
    [
      'no file that a rule is for',
      { 'src/a.rb': 'puts 1\n' },
      { source_path: '/workspace/src' },
      'scan.nothing_scanned',
    ],
    ['too little memory', sample('weak', 'src'), { memory_limit: '32MiB' }, 'step.out_of_memory'],
  ])(
    'is not taken for a clean scan with %s',
    async (_, files, config, code) => {
      expect((await scan(files, config)).error).toMatchObject({ code });
    },
    patience,
  );
});
