import { describe, expect, it } from '@jest/globals';
import type { FakeProgram, FakeProgramContext } from '@cicd/plugin/testing';
import { flowSteps } from '../../src/flow/index.ts';
import { planStep, plan } from '../run/plan-builder.ts';
import { containerStep, harness, quiet, step, until, type HarnessOptions } from './harness.ts';

const ann = { actor: 'local:ann' };
const shellSuffix = '.shell';

/** A step in a container, whose shell shows what it was given on its standard input. */
const shellStep = () => ({
  ...containerStep('container'),
  shell: ({ config, env, command }: { readonly config: unknown; readonly env: object; readonly command?: string }) => ({
    process: {
      image: 'busybox',
      command: ['loader'] as const,
      input: Buffer.from(JSON.stringify({ config, env, command })),
    },
    terminal: ['sh', '-i'] as const,
  }),
});

/** Every step fails; a shell says that it is ready, and stays until it is stopped or, with a command, ends with 4. */
const world = (options: HarnessOptions = {}) => {
  const shells: FakeProgramContext[] = [];
  const program: FakeProgram = async (context) => {
    if (!context.key.step.endsWith(shellSuffix)) return 1;
    shells.push(context);
    if ('command' in (JSON.parse(context.input) as object)) {
      context.stdout('performed\n');
      return 4;
    }
    context.stdout('ready\n');
    return new Promise(() => {});
  };
  return { ...harness({ steps: [shellStep(), step('test', () => {}), ...flowSteps], program, ...options }), shells };
};

const failing = (more: object = {}, rest: object = {}) =>
  plan([{ name: 'build', type: 'step.container', ...more }], rest);
const kept = { keepWorkspace: true };

describe('a shell where a step works', () => {
  it('runs a command in the workspace as it stands, is recorded, and leaves the workspace alone', async () => {
    const { run, runtime, events, store, shells, driver, engine } = world();
    await run(failing(), kept);
    const shell = await runtime.openShell('run-1', { step: 'build', command: 'ls', ...ann });
    expect(shell).toMatchObject({ step: { key: 'build' }, workspace: 'run', withheld: [] });
    expect(await shell.process.wait()).toMatchObject({ exitCode: 4 });
    shells[0]?.workspace?.write('changed', 'by hand');
    await shell.close();
    await shell.close();
    expect((await events({ id: 'run-1' })).at(-1)).toMatchObject({
      type: 'step.shell_opened',
      step: 'build',
      attempt: 1,
      actor: 'local:ann',
      withSecrets: false,
    });
    expect(await store.find('run-1')).toMatchObject({ status: 'failed', workspaceBytes: expect.any(Number) });
    expect(await store.holder('run-1')).toBeUndefined();
    expect(await driver.runs()).toEqual(['run-1']);
    const left = engine.runs('fake').get('run-1');
    expect(left?.processes.size).toBe(0);
    expect(left?.workspaces.get('')?.text('changed')).toBe('by hand');
  });

  it('gives a terminal, and holds the run meanwhile', async () => {
    const { run, runtime } = world({
      terminal: ({ command, env, stream }) => {
        stream.write(`${command.join(' ')} ${env['CICD_STEP']}`);
        return 9;
      },
    });
    await run(failing(), kept);
    const shell = await runtime.openShell('run-1', { step: 'build', ...ann });
    await expect(runtime.rerun('run-1', ann)).rejects.toMatchObject({ code: 'run.owned' });
    await expect(runtime.openShell('run-1', { step: 'build', ...ann })).rejects.toMatchObject({ code: 'run.owned' });
    const terminal = await shell.openTerminal({ size: { columns: 80, rows: 24 } });
    expect(String(terminal.stream.read())).toBe('sh -i build');
    expect(await terminal.wait()).toBe(9);
    await shell.close();
    expect((await (await runtime.rerun('run-1', ann)).done).status).toBe('failed');
  });

  it('leaves out what needs a secret, by whatever way, and says so', async () => {
    const { run, runtime, shells, events } = world();
    const graph = failing(
      {
        config: { env: { PLAIN: 'x', OWN: 'a-{{ secrets.TOKEN }}' }, secret_files: { FILE: '{{ env.GLOBAL }}' } },
        variables: { CICD_V0: '{{ default(secrets.TOKEN, "") }}', CICD_V1: '{{ run.id }}' },
      },
      { secrets: ['TOKEN'], env: { GLOBAL: '{{ secrets.TOKEN }}', OPEN: 'yes' } },
    );
    const secrets = { TOKEN: 'hunter2-hunter2' };
    await run(graph, { ...kept, secrets });
    const without = await runtime.openShell('run-1', { step: 'build', command: 'env', ...ann });
    await without.close();
    expect(without.withheld).toEqual(['GLOBAL', 'OWN', 'FILE', 'CICD_V0']);
    expect(JSON.parse(shells[0]?.input ?? '')).toMatchObject({
      config: { env: { PLAIN: 'x' }, secret_files: {} },
      env: { OPEN: 'yes', CICD_V1: 'run-1', CICD_STEP: 'build', CICD_ATTEMPT: '1' },
    });
    expect(shells[0]?.input).not.toMatch(/OWN|FILE|GLOBAL|V0/);

    const withThem = await runtime.openShell('run-1', { step: 'build', command: 'env', secrets, ...ann });
    await withThem.close();
    expect(withThem.withheld).toEqual([]);
    expect(JSON.parse(shells[1]?.input ?? '')).toMatchObject({
      config: { env: { OWN: 'a-hunter2-hunter2' }, secret_files: { FILE: 'hunter2-hunter2' } },
      env: { GLOBAL: 'hunter2-hunter2' },
    });
    const { input: _input, ...configuration } = shells[1]?.config ?? {};
    expect(JSON.stringify(configuration)).not.toContain('hunter2');
    expect(JSON.stringify(await events({ id: 'run-1' }))).not.toContain('hunter2');
    expect((await events({ id: 'run-1' })).at(-1)).toMatchObject({ withSecrets: true });
  });

  it('is not opened without the secrets where more than a variable needs one, or where one is missing', async () => {
    const { run, runtime, store } = world();
    const secrets = { TOKEN: 'hunter2-hunter2' };
    await run(failing({ config: { user: '{{ secrets.TOKEN }}' } }, { secrets: ['TOKEN'] }), { ...kept, secrets });
    const missing = { code: 'run.secret_missing' };
    await expect(runtime.openShell('run-1', { step: 'build', ...ann })).rejects.toMatchObject({
      ...missing,
      message: expect.stringContaining('config.user'),
    });
    await expect(runtime.openShell('run-1', { step: 'build', secrets: {}, ...ann })).rejects.toMatchObject(missing);
    expect(await store.holder('run-1')).toBeUndefined();
  });

  it('names the steps there are, and tells a matrix by its members', async () => {
    const { run, runtime } = world();
    const matrix = { combinations: [{ node: '22' }, { node: '24' }] };
    await run(
      plan([
        { name: 'build', type: 'step.container', matrix, workspace: 'copy' },
        { name: 'note', needs: [] },
        {
          name: 'all',
          type: 'step.parallel',
          needs: [],
          flow: { kind: 'parallel', steps: [planStep({ name: 'inner', type: 'step.container' })] },
        },
      ]),
      kept,
    );
    const open = (named: string) => runtime.openShell('run-1', { step: named, command: 'ls', ...ann });
    await expect(open('nobody')).rejects.toMatchObject({ code: 'run.step_unknown' });
    await expect(open('build')).rejects.toMatchObject({
      code: 'run.step_unknown',
      hint: 'Name one of: build.0, build.1.',
    });
    await expect(open('all')).rejects.toMatchObject({ hint: 'Name one of: all.inner.' });
    const inner = await open('all.inner');
    expect(inner.workspace).toBe('run');
    await inner.close();
    await expect(open('note')).rejects.toMatchObject({ code: 'step.shell_refused' });
    const member = await open('build.1');
    expect(member.workspace).toBe('instead');
    await member.close();
  });

  it('needs a workspace that is there', async () => {
    const { run, runtime, driver } = world();
    await run(failing());
    const gone = { code: 'run.workspace_gone', hint: expect.stringContaining('cicd rerun run-1 --clean') };
    await expect(runtime.openShell('run-1', { step: 'build', ...ann })).rejects.toMatchObject(gone);
    const { id } = await run(failing(), { ...kept, id: 'run-kept' });
    await (await driver.open(id)).close();
    const swept = { ...gone, hint: expect.stringContaining(`cicd rerun ${id} --clean`) };
    await expect(runtime.openShell(id, { step: 'build', ...ann })).rejects.toMatchObject(swept);
  });

  it('is opened while the run waits, and what was said to it meanwhile is not lost', async () => {
    const bed = world({
      steps: [
        shellStep(),
        step('waits', () => ({ wait: { kind: 'timer', deadline: 1e15 } }), {
          resume: () => Promise.resolve({ outputs: {} }),
        }),
      ],
    });
    const { start, runtime, events } = bed;
    const graph = plan([
      { name: 'build', type: 'step.container', onError: 'skip' },
      { name: 'gate', type: 'step.waits', needs: ['build'] },
    ]);
    const handle = await start(graph, kept);
    await until(() => handle.state.status === 'waiting');
    await quiet();
    await expect(runtime.openShell(handle.id, { step: 'build', ...ann })).rejects.toMatchObject({ code: 'run.owned' });
    await handle.leave();
    const shell = await runtime.openShell(handle.id, { step: 'build', ...ann });
    await bed.store.post(handle.id, { actor: 'local:bob', content: { type: 'cancel', cause: 'user' } });
    await shell.close();
    expect((await events(handle)).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['step.shell_opened', 'run.message_received', 'run.cancel_requested']),
    );
    expect((await (await runtime.resume(handle.id, kept)).done).status).toBe('cancelled');
  });

  it('is refused by a sandbox without terminals, but for a command', async () => {
    const { run, runtime, events } = world({ capabilities: { terminals: false } });
    await run(failing(), kept);
    await expect(runtime.openShell('run-1', { step: 'build', ...ann })).rejects.toMatchObject({
      code: 'sandbox.unsupported',
    });
    expect((await events({ id: 'run-1' })).at(-1)?.type).toBe('run.finished');
    const shell = await runtime.openShell('run-1', { step: 'build', command: 'ls', ...ann });
    expect(await shell.process.wait()).toMatchObject({ exitCode: 4 });
    await shell.close();
  });

  it('leaves nothing when it is given up before it is ready, or cannot begin', async () => {
    let mode: 'silent' | 'broken' = 'silent';
    const { run, runtime, engine, store } = world({
      program: ({ key }) => (key.step.endsWith(shellSuffix) && mode === 'silent' ? new Promise(() => {}) : 1),
    });
    await run(failing(), kept);
    const nothing = async () => {
      expect(engine.runs('fake').get('run-1')?.processes.size).toBe(0);
      expect(await store.holder('run-1')).toBeUndefined();
    };
    const controller = new AbortController();
    const opening = runtime.openShell('run-1', { step: 'build', signal: controller.signal, ...ann });
    await until(() => engine.runs('fake').get('run-1')?.processes.size === 1);
    controller.abort(new Error('given up'));
    await expect(opening).rejects.toThrow('given up');
    await nothing();
    mode = 'broken';
    await expect(runtime.openShell('run-1', { step: 'build', ...ann })).rejects.toMatchObject({
      code: 'step.shell_unusable',
    });
    await nothing();
  });
});
