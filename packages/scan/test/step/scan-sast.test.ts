import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { StepFailure } from '@cicd/plugin';
import { createFakeSandboxDriver, createMemoryArtifactStore, type FakeProgram } from '@cicd/plugin/testing';
import { scanSast, type ScanResult } from '../../src/index.ts';
import { reportOf } from '../support/report.ts';
import { configOf, knowledgeOf, runStep, storedText } from '../support/run-step.ts';

const config = { rules: ['/workspace/rules'] };
const whole = reportOf('semgrep-1.182.0.sarif');
const clean = Buffer.from(
  JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'Semgrep OSS', rules: [] } }, results: [] }] }),
);
const ran = (rules: number, files: number) => `Ran ${rules} rules on ${files} files: 0 findings.\n`;
/** Semgrep, that writes this. */
const semgrep =
  (report: Uint8Array | string, said = ran(8, 3), exitCode = 0): FakeProgram =>
  ({ stdout, stderr }) => {
    stdout(report);
    stderr(said);
    return exitCode;
  };
const resultOf = async (ctx: Parameters<typeof storedText>[0], key = 'scan.sarif.findings.json') =>
  JSON.parse(await storedText(ctx, key)) as ScanResult;

describe('step.scan_sast', () => {
  it('shuts the scanner in', async () => {
    const seen: Parameters<FakeProgram>[0][] = [];
    await runStep(
      scanSast,
      { ...config, source_path: '/workspace/src', exclude: ['-x; rm'], cpu_limit: 0.5 },
      {
        program: (process) => {
          seen.push(process);
          return semgrep(clean)(process);
        },
      },
    );
    const process = seen[0]?.config;
    expect(process).toMatchObject({
      profile: 'strict',
      networkMode: 'none',
      workspaceAccess: 'read',
      pidsLimit: 512,
      memoryLimit: 2 ** 32,
      cpuLimit: 0.5,
    });
    expect(process).not.toHaveProperty('input');
    expect(process?.command).toEqual(
      expect.arrayContaining(['--sarif', '--config=/workspace/rules', '--exclude=-x; rm', '/workspace/src']),
    );
  });

  it('fails at its gate, with its outputs, and names the worst', async () => {
    const { ctx, error } = await runStep(scanSast, config, { program: semgrep(whole) });
    expect(error).toMatchObject({
      code: 'scan.gate_failed',
      message: expect.stringContaining('src/app.js:5 rules.js-exec-taint'),
      details: { outputs: { passed: false, report: 'scan.sarif', summary: { critical: 1 } } },
    });
    const told = ctx.log.lines.map(({ message }) => message);
    expect(told[0]).toMatch(/^critical +src\/app\.js:5 +rules\.js-exec-taint +user input reaches child_process\.exec$/);
    expect(told).toContain('gate: 4 of severity high or worse');
    expect((await resultOf(ctx)).passed_gate).toBe(false);
  });

  it('keeps the scanner’s file byte for byte', async () => {
    const { ctx } = await runStep(
      scanSast,
      { ...config, artifacts_out: { key: 'reports/sast' } },
      { program: semgrep(whole) },
    );
    expect(await storedText(ctx, 'reports/sast')).toBe(Buffer.from(whole).toString());
    expect(await resultOf(ctx, 'reports/sast.findings.json')).toMatchObject({
      scanner: 'semgrep',
      scanner_version: '1.182.0',
    });
  });

  it('gives the findings the key of the report when asked for JSON', async () => {
    const { ctx, outputs } = await runStep(scanSast, { ...config, output_format: 'json' }, { program: semgrep(clean) });
    expect(outputs).toMatchObject({ passed: true, report: 'scan.json', findings: 'scan.json' });
    expect(await resultOf(ctx, 'scan.json')).toMatchObject({ findings: [] });
    expect(await storedText(ctx, 'scan.json.sarif')).toBe(clean.toString());
  });

  it('passes what is below the threshold', async () => {
    const { outputs, error } = await runStep(
      scanSast,
      {
        ...config,
        fail_on_severity: 'Critical',
        ignore: [{ rule_id: 'js-exec-taint', reason: 'a test', expires: '2999-01-01' }],
      },
      { program: semgrep(whole) },
    );
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ passed: true, summary: { critical: 0, high: 3 } });
  });

  it.each<[string, FakeProgram, string]>([
    ['writes nothing', semgrep(''), 'scan.report_invalid'],
    ['is cut off', semgrep(whole.subarray(0, -2)), 'scan.report_invalid'],
    ['writes another tool’s file', semgrep(reportOf('trivy-0.76.0.sarif')), 'scan.report_invalid'],
    ['crashes after a whole report', semgrep(clean, 'Traceback: boom\n', 1), 'scan.scanner_failed'],
    ['ends fatally', semgrep('', 'no config\n', 7), 'scan.scanner_failed'],
    ['is killed for its memory', () => ({ exitCode: 137, outOfMemory: true }), 'step.out_of_memory'],
    ['had no rules', semgrep(clean, ran(0, 3)), 'scan.nothing_scanned'],
    ['had no files', semgrep(clean, ran(8, 0)), 'scan.nothing_scanned'],
    ['does not say what it scanned', semgrep(clean, ''), 'scan.nothing_scanned'],
  ])('fails when the scanner %s', async (_, program, code) => {
    const { error, outputs } = await runStep(scanSast, config, { program });
    expect(outputs).toBeUndefined();
    expect(error).toMatchObject({ code });
  });

  it('says the last words of a scanner that failed, harmlessly', async () => {
    const said = `${'noise\n'.repeat(50)}\u001b[31mFatal:\u001b[0m rules\u0000 are broken\n`;
    const { error } = await runStep(scanSast, config, { program: semgrep('', said, 2) });
    expect(error).toMatchObject({ message: expect.stringMatching(/exit code 2: .*Fatal: rules are broken$/) });
  });

  it.each([
    ['is not there', { source_path: '/workspace/none' }, 'sandbox.path_not_found'],
    ['has no file', { source_path: '/workspace/empty' }, 'scan.nothing_scanned'],
  ])('starts no scanner when the source %s', async (_, more, code) => {
    const { ctx, error } = await runStep(
      scanSast,
      { ...config, ...more },
      { files: { 'a.js': 'x', 'empty/none.txt': '' } },
    );
    expect(error).toMatchObject({ code });
    expect(ctx.recorded.processes).toEqual([]);
  });

  it('needs a sandbox that isolates', async () => {
    const { error } = await runStep(scanSast, config, { capabilities: { isolation: false } });
    expect(error).toMatchObject({ code: 'sandbox.unsupported' });
  });

  it('stops the scanner when it is told to end', async () => {
    const controller = new AbortController();
    const reason = new StepFailure({ code: 'step.cancelled', message: 'cancelled' });
    const program: FakeProgram = ({ stdout, signal }) => {
      stdout(clean);
      controller.abort(reason);
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(0), { once: true }));
    };
    const { error } = await runStep(scanSast, config, { program, signal: controller.signal });
    expect(error).toBe(reason);
  });

  it('finds its scanner again after a crash, and reads it from the first byte', async () => {
    const driver = createFakeSandboxDriver({ program: semgrep(whole) });
    const sandbox = await driver.open('run-1');
    const options = { sandbox, files: { 'a.js': 'x' } };
    const { ctx } = await runStep(scanSast, config, options);
    const again = await scanSast.resume?.(ctx, { kind: 'adopted' }).catch((error: unknown) => error);
    expect(again).toMatchObject({ code: 'scan.gate_failed' });
  });
});

describe('rule packs', () => {
  const packs = { ...config, rules: ['p/owasp', '/workspace/rules'] };

  it('are brought to the scanner, and their versions are told', async () => {
    let read: string | undefined;
    const program: FakeProgram = (process) => {
      read = process.inputs?.text('packs/owasp/rules.yml');
      expect(process.command).toContain('--config=/inputs/packs/owasp');
      return semgrep(clean)(process);
    };
    const knowledge = knowledgeOf({ 'p/owasp': { 'rules.yml': 'rules: []' } });
    const { ctx, error } = await runStep(scanSast, packs, { program, knowledge });
    expect(error).toBeUndefined();
    expect(read).toBe('rules: []');
    expect((await resultOf(ctx)).knowledge).toEqual([{ name: 'p/owasp', version: 'sha256:p/owasp' }]);
  });

  it('that are missing fail at once, and say where they go', async () => {
    const { ctx, error } = await runStep(scanSast, packs);
    expect(error).toMatchObject({
      code: 'scan.knowledge_missing',
      message: expect.stringContaining('p/owasp'),
      hint: expect.stringContaining('/data/scanners'),
    });
    expect(ctx.recorded.processes).toEqual([]);
  });

  it.each(['p/../../etc', 'https://example.com/rules', '../rules', '/etc', 'p/-x'])('are none: %s', (rule) => {
    expect(() => configOf(scanSast.config, { rules: [rule] })).toThrow('pattern');
  });
});

describe('a baseline', () => {
  const compared = { ...config, baseline: 'previous_execution', gate_on: 'new' };
  const run = { previousRunId: 'run-0' };
  const storeWith = async (text: string) => {
    const artifacts = createMemoryArtifactStore();
    await artifacts.put('run-0', 'scan.sarif.findings.json', Readable.from([Buffer.from(text)]));
    return artifacts;
  };

  it('lets pass what was there before', async () => {
    const { ctx } = await runStep(scanSast, config, { program: semgrep(whole) });
    const artifacts = await storeWith(await storedText(ctx, 'scan.sarif.findings.json'));
    const second = await runStep(scanSast, compared, { program: semgrep(whole), run, artifacts });
    expect(second.outputs).toMatchObject({ passed: true, summary: { critical: 1 } });
    expect(second.ctx.log.lines.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^since run run-0: 0 new, \d+ unchanged, 0 fixed$/),
    );
    const third = await runStep(scanSast, compared, { program: semgrep(clean), run, artifacts });
    expect((await resultOf(third.ctx)).comparison?.fixed.length).toBeGreaterThan(5);
  });

  it('counts everything where there is nothing to compare with', async () => {
    expect((await runStep(scanSast, compared, { program: semgrep(whole) })).error).toMatchObject({
      code: 'scan.gate_failed',
    });
    expect((await runStep(scanSast, compared, { program: semgrep(whole), run })).error).toMatchObject({
      code: 'scan.gate_failed',
    });
  });

  it.each(['', '{', '[]', '{"findings":[{}],"scanner":"semgrep"}', '{"findings":[],"scanner":"grype"}'])(
    'is refused when it is %j',
    async (text) => {
      const { error } = await runStep(scanSast, compared, {
        program: semgrep(whole),
        run,
        artifacts: await storeWith(text),
      });
      expect(error).toMatchObject({ code: 'scan.baseline_invalid' });
    },
  );
});

it.each([
  [{ ignore: [{ reason: 'why', expires: '2027-01-01' }] }, 'ignore[0]'],
  [{ ignore: [{ rule_id: 'a', cve: 'CVE-2024-1', reason: 'why', expires: '2027-01-01' }] }, 'ignore[0]'],
  [{ ignore: [{ rule_id: 'a', reason: 'why', expires: '2027-02-30' }] }, 'ignore[0].expires'],
  [{ gate_on: 'new' }, 'gate_on'],
])('checks %j', (more, path) => {
  const problems = scanSast.check?.(configOf(scanSast.config, { ...config, ...more }));
  expect(problems?.map((each) => each.path)).toEqual([path]);
});
