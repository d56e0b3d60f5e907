import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { EngineError, StepFailure } from '@cicd/plugin';
import { createFakeSandboxDriver, createMemoryArtifactStore, type FakeProgram } from '@cicd/plugin/testing';
import { shellExec } from '../../src/index.ts';
import { formatMark } from '../../src/shell/mark-parser.ts';
import { checkShellExec, ShellExecConfig } from '../../src/shell/shell-exec-config.ts';
import { configOf } from '../support/config.ts';
import { runShellExec, shellExecContext, token } from '../support/run-shell-exec.ts';

const mark = (body: string) => formatMark(token, body);
const commands = ['first', 'second'];

/** A program that says what the script would, around a body. */
const script =
  (body: FakeProgram, outputs = ''): FakeProgram =>
  async (process) => {
    process.stdout(mark('begun') + mark('command 1'));
    const exit = await body(process);
    process.stdout(mark('outputs') + outputs + mark('ended 1'));
    return exit;
  };
const untilStopped: FakeProgram = ({ signal }) =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(0), { once: true }));

describe('step.shell_exec', () => {
  it('gives the process limits and place, and puts nothing secret into its configuration', async () => {
    const seen: unknown[] = [];
    await runShellExec(
      script(({ config }) => void seen.push(config)),
      {
        commands,
        memory_limit: '64MiB',
        cpu_limit: 0.5,
        user: '1000',
        network_mode: 'none',
        work_dir: '/workspace/app',
        env: { A: 'canary-1' },
        secret_files: { B: 'canary-2' },
      },
      { env: { C: 'canary-3' } },
    );
    const { input, ...config } = seen[0] as { input: Uint8Array };
    expect(config).toMatchObject({
      image: 'busybox',
      memoryLimit: 2 ** 26,
      cpuLimit: 0.5,
      user: '1000',
      networkMode: 'none',
      workDir: '/workspace/app',
    });
    expect(JSON.stringify(config)).not.toContain('canary');
    expect(JSON.stringify(config)).not.toContain('first');
    expect(JSON.stringify(config).length).toBeLessThan(1_000);
    expect(Buffer.from(input).toString()).toMatch(/canary-1[^]*canary-3[^]*canary-2|canary-2[^]*canary-1[^]*canary-3/);
  });

  it('says when memory ended a command', async () => {
    const { error } = await runShellExec(
      script(() => ({ exitCode: 137, outOfMemory: true })),
      { commands, memory_limit: '64MiB' },
    );
    expect(error).toMatchObject({
      code: 'step.out_of_memory',
      message: expect.stringContaining('64MiB'),
      details: { exit_code: 137, command: 'first' },
    });
  });

  it('warns when memory ended something and the commands went on', async () => {
    const { ctx, error } = await runShellExec(
      script(() => ({ exitCode: 0, outOfMemory: true })),
      { commands },
    );
    expect(error).toBeUndefined();
    expect(ctx.log.lines).toEqual([{ level: 'warn', message: expect.stringContaining('memory limit') }]);
  });

  it('tells a shell that could not begin from a command that failed', async () => {
    const { error } = await runShellExec(({ stderr }) => (stderr('cat: not found\n'), 127), { commands });
    expect(error).toMatchObject({ code: 'step.shell_unusable', details: { exit_code: 127 } });
  });

  it('goes on with the process of a former life, reading it from its first byte', async () => {
    const ctx = await shellExecContext(
      script(({ stdout }) => stdout('hello\n')),
      { commands },
    );
    const first = await ctx.sandbox.start({ image: 'busybox', command: ['sh'] });
    await first.wait();
    const result = await shellExec.resume?.(ctx, { kind: 'adopted' });
    expect(result).toMatchObject({ outputs: { exit_code: 0 } });
    expect(ctx.recorded.processes.map(({ id }) => id)).toEqual([first.id, first.id]);
    expect(ctx.log.sections).toEqual([{ title: 'first', text: 'hello\n' }]);
  });
});

describe('declared outputs', () => {
  const outputsOf = async (content: string, declaredOutputs: Record<string, object>) =>
    runShellExec(
      script(() => 0, content),
      { commands },
      { declaredOutputs: declaredOutputs as never },
    );

  it.each([
    ['n=1.5', { type: 'number' }, 1.5],
    ['n=-3', { type: 'integer' }, -3],
    ['n=true', { type: 'boolean' }, true],
    ['n=["a", 1]', { type: 'array' }, ['a', 1]],
    ['n={"a": null}', { type: 'object' }, { a: null }],
    ['n= spaces stay ', {}, ' spaces stay '],
    ['n=first\nn=last', {}, 'last'],
    ['n<<E\nn=1\nE', {}, 'n=1'],
    ['n=', {}, ''],
  ])('%j as %j', async (content, schema, value) => {
    expect((await outputsOf(content, { n: schema })).outputs).toMatchObject({ n: value });
  });

  it.each([
    ['n=one', { type: 'number' }],
    ['n=1.5', { type: 'integer' }],
    ['n=yes', { type: 'boolean' }],
    ['n={"a":1}', { type: 'array' }],
    ['n=b', { enum: ['a'] }],
    ['n', {}],
    ['n<<E\nno end', {}],
    ['n<<\n', {}],
    ['1=x', {}],
    ['__proto__=x', {}],
  ])('%j as %j is refused', async (content, schema) => {
    expect((await outputsOf(content, { n: schema })).error).toMatchObject({ code: 'step.output_invalid' });
  });

  it('shows the block to write for a key that is not declared', async () => {
    const { error } = await outputsOf('digest=abc', {});
    expect(error).toMatchObject({
      code: 'step.output_invalid',
      hint: expect.stringContaining('outputs:\n  digest: { type: string }'),
    });
  });

  it('is not asked of a step that failed', async () => {
    const { error } = await runShellExec(
      script(() => 4, 'undeclared=1'),
      { commands },
    );
    expect(error).toMatchObject({ code: 'step.command_failed' });
  });
});

describe('artifacts of step.shell_exec', () => {
  const write: FakeProgram = ({ workspace }) => workspace?.write('out/a.txt', 'content');
  const out = (when: string) => ({ key: when, path: '/workspace/out', when });
  const artifactsOut = [{ key: 'plain', path: '/workspace/out/a.txt' }, out('failure'), out('always')];
  const keys = async (ctx: { artifacts: { list(): Promise<readonly { key: string }[]> } }) =>
    (await ctx.artifacts.list()).map(({ key }) => key);

  it('are put into the workspace before the commands', async () => {
    const artifacts = createMemoryArtifactStore();
    await artifacts.put('run-1', 'lib', Readable.from(['library']), { mediaType: 'application/x-executable' });
    const seen: unknown[] = [];
    await runShellExec(
      script(({ workspace }) => void seen.push(workspace?.text('bin/lib'), workspace?.get('bin/lib'))),
      { commands, artifacts_in: [{ key: 'lib', path: '/workspace/bin/' }] },
      { artifacts },
    );
    expect(seen).toMatchObject(['library', { mode: 0o775 }]);
  });

  it('are stored after a success', async () => {
    const { ctx, outputs } = await runShellExec(script(write), { commands, artifacts_out: artifactsOut });
    expect(outputs?.['artifacts']).toMatchObject([{ key: 'plain', size: 7, files: 1 }, { key: 'always' }]);
    expect(await keys(ctx)).toEqual(['always', 'plain']);
    expect(await text((await ctx.artifacts.get('plain')).stream)).toBe('content');
  });

  it('are stored after a failure, which stays the failure', async () => {
    const failing = script((process) => (write(process), 1));
    const { ctx, error } = await runShellExec(failing, {
      commands,
      artifacts_out: [...artifactsOut, { key: 'lost', path: '/workspace/nowhere', when: 'always' }],
    });
    expect(error).toMatchObject({ code: 'step.command_failed' });
    expect(await keys(ctx)).toEqual(['always', 'failure']);
    expect(ctx.log.lines.at(-1)).toEqual({ level: 'warn', message: expect.stringContaining('lost') });
  });

  it('are not stored when the engine broke: the step will be resumed', async () => {
    const trouble = new EngineError({ code: 'sandbox.engine_failed', message: 'gone', retryable: true });
    const driver = createFakeSandboxDriver({
      program: script(write),
      before: (operation) => {
        if (operation === 'output') throw trouble;
      },
    });
    const { ctx, error } = await runShellExec(
      () => 0,
      { commands, artifacts_out: artifactsOut },
      { sandbox: await driver.open('run-1') },
    );
    expect(error).toBe(trouble);
    expect(await keys(ctx)).toEqual([]);
  });

  it.each([
    ['step.cancelled', ['always']],
    ['step.timeout', ['always', 'failure']],
  ] as const)('are stored after %s as that end asks', async (code, expected) => {
    const ending = new AbortController();
    const reason = new StepFailure({ code, message: 'told to end' });
    const ended = script(async (process) => {
      await write(process);
      ending.abort(reason);
      await untilStopped(process);
    });
    const config = { commands, artifacts_out: artifactsOut };
    const { ctx, error } = await runShellExec(ended, config, { signal: ending.signal });
    expect(error).toBe(reason);
    expect(await keys(ctx)).toEqual(expected);
  });

  it('fail a step that ended well and did not write them', async () => {
    const { error } = await runShellExec(
      script(() => 0),
      { commands, artifacts_out: artifactsOut },
    );
    expect(error).toMatchObject({ code: 'sandbox.path_not_found' });
  });
});

describe('the configuration of step.shell_exec', () => {
  const base = { image: 'busybox', commands: ['true'] };

  it('fills in its defaults', () => {
    expect(configOf(ShellExecConfig, base)).toMatchObject({
      shell: 'sh',
      work_dir: '/workspace',
      network_mode: 'default',
    });
  });

  it.each([
    { command: ['typo'] },
    { commands: [] },
    { shell: 'zsh' },
    { work_dir: '/etc' },
    { work_dir: '/workspaces' },
    { timeout: '10' },
    { env: { 'A-B': 'x' } },
    { secret_files: { 'a/../b': 'x' } },
    { artifacts_out: [{ key: 'k', path: '/etc/passwd' }] },
    { network_mode: 'host' },
    { privileged: true },
    { memory_limit: 'lots' },
  ])('refuses %j', (part) => {
    expect(() => configOf(ShellExecConfig, { ...base, ...part })).toThrow();
  });

  it('names what the schema cannot see', () => {
    const config = configOf(ShellExecConfig, {
      ...base,
      env: { CICD_RUN_ID: '1', KEY: 'a' },
      secret_files: { KEY: 'b' },
      artifacts_out: [
        { key: '../x', path: '/workspace/x' },
        { key: 'dist-{{ matrix.node }}', path: '/workspace/x' },
        { key: 'dist-{{ matrix.node }}', path: '/workspace/y' },
      ],
    });
    expect(checkShellExec(config).map(({ path }) => path)).toEqual([
      'env.CICD_RUN_ID',
      'secret_files.KEY',
      'artifacts_out[0].key',
      'artifacts_out[2].key',
    ]);
  });

  it('refuses a zero byte, which a shell cannot hold', async () => {
    const { error } = await runShellExec(() => 0, { commands: ['echo \0'] });
    expect(error).toMatchObject({ code: 'step.config_invalid' });
  });

  it('refuses a variable whose name a shell would take for more', async () => {
    const { error } = await runShellExec(() => 0, { commands }, { env: { 'A=1; echo injected; B': 'x' } });
    expect(error).toMatchObject({ code: 'step.config_invalid' });
  });

  it('cannot lead out of the workspace', async () => {
    const ctx = await shellExecContext(() => 0, { commands, work_dir: '/workspace/../etc' });
    await expect(shellExec.run(ctx)).rejects.toMatchObject({ code: 'sandbox.path_refused' });
  });

  describe('with services', () => {
    const database = { name: 'database', image: 'postgres', ready: { log: 'accepts connections', timeout: '1m' } };
    /** What the service does, and beside it the commands. */
    const beside =
      (service: FakeProgram, body: FakeProgram): FakeProgram =>
      (process) =>
        process.config.image === 'postgres' ? service(process) : body(process);
    const serving: FakeProgram = (process) => {
      process.stdout('accepts connections\n');
      return untilStopped(process);
    };

    it('runs the commands when they are ready, and says nothing of them after a success', async () => {
      const seen: unknown[] = [];
      const { ctx, error } = await runShellExec(
        beside(
          serving,
          script((process) => void seen.push(process.services)),
        ),
        { commands, services: [database] },
      );
      expect(error).toBeUndefined();
      expect(seen).toEqual([['database']]);
      expect(ctx.log.sections.map(({ title }) => title)).toEqual(['first']);
    });

    it('shows what they wrote when a command fails', async () => {
      const { ctx, error } = await runShellExec(
        beside(
          serving,
          script(() => 1),
        ),
        { commands, services: [database] },
      );
      expect(error).toMatchObject({ code: 'step.command_failed' });
      expect(ctx.log.sections.at(-1)).toEqual({ title: 'service database', text: 'accepts connections\n' });
    });

    it('shows what one wrote that ended before the commands began', async () => {
      const { ctx, error } = await runShellExec(
        beside(
          ({ stderr }) => {
            stderr('no space left\n');
            return 3;
          },
          () => 0,
        ),
        { commands, services: [database] },
      );
      expect(error).toMatchObject({
        code: 'sandbox.service_failed',
        message: expect.stringContaining('no space left'),
        details: { service: 'database', exit_code: 3 },
      });
      expect(ctx.log.sections).toEqual([{ title: 'service database', text: 'no space left\n' }]);
    });

    it('refuses two of one name, and a check that is none or two', () => {
      const services = [database, { ...database, ready: {} }, { ...database, name: 'a', ready: { port: 1, log: 'x' } }];
      const problems = checkShellExec(configOf(ShellExecConfig, { image: 'busybox', commands, services }));
      expect(problems.map(({ path }) => path)).toEqual(['services[1].name', 'services[1].ready', 'services[2].ready']);
    });
  });

  describe('with test reports', () => {
    const passing = '<testsuite name="unit"><testcase name="adds"/></testsuite>';
    const failing =
      '<testsuite name="unit"><testcase name="adds"><failure message="3 is not 4"/></testcase></testsuite>';
    const reports = { junit: ['/workspace/reports/**/*.xml', '/workspace/reports/a.xml'] };
    const writing = (files: Record<string, string>, exitCode = 0): FakeProgram =>
      script(({ workspace }) => {
        for (const [path, content] of Object.entries(files)) workspace?.write(path, content);
        return exitCode;
      });

    it('adds them up, each file once', async () => {
      const program = writing({ 'reports/a.xml': passing, 'reports/deep/b.xml': failing, 'reports/notes.txt': 'x' });
      const { outputs, ctx } = await runShellExec(program, { commands, reports });
      const failures = [{ suite: 'unit', name: 'adds', message: '3 is not 4' }];
      expect(outputs).toMatchObject({ tests: { passed: 1, failed: 1, skipped: 0, failures } });
      expect(ctx.log.lines).toEqual([{ level: 'info', message: 'tests: 1 passed, 1 failed, 0 skipped' }]);
    });

    it('are read after a failure too, and are outputs of the failed step', async () => {
      const { error } = await runShellExec(writing({ 'reports/a.xml': failing }, 1), { commands, reports });
      expect(error).toMatchObject({
        code: 'step.command_failed',
        details: { exit_code: 1, outputs: { tests: { passed: 0, failed: 1 } } },
      });
    });

    it('fails a step that ended well when one cannot be read, and warns beside another failure', async () => {
      const broken = { 'reports/a.xml': '<testsuite>' };
      const alone = await runShellExec(writing(broken), { commands, reports });
      expect(alone.error).toMatchObject({ code: 'step.report_invalid', details: { file: '/workspace/reports/a.xml' } });
      const beside = await runShellExec(writing(broken, 1), { commands, reports });
      expect(beside.error).toMatchObject({ code: 'step.command_failed' });
      expect(beside.ctx.log.lines).toEqual([
        { level: 'warn', message: expect.stringContaining('/workspace/reports/a.xml cannot be read') },
      ]);
    });

    it('are missed when there are none, and say nothing then', async () => {
      const { outputs, ctx } = await runShellExec(writing({}), { commands, reports });
      expect(outputs).not.toHaveProperty('tests');
      expect(ctx.log.lines.map(({ level }) => level)).toEqual(['warn', 'warn']);
    });
  });
});
