import type { Readable } from 'node:stream';
import type { Clock } from '../../clock.ts';
import { EngineError } from '../../errors/engine-error.ts';
import { StepFailure } from '../../errors/step-failure.ts';
import { checkProcessConfig, nameTaken } from '../../sandbox/process-check.ts';
import { noTerminal } from '../../sandbox/terminal.ts';
import type { Process, ProcessConfig, ProcessKey } from '../../sandbox/process.ts';
import type { Sandbox, SandboxCapabilities } from '../../sandbox/sandbox.ts';
import { pathNotFound, relativeToWorkspace, workspaceRoot } from '../../sandbox/workspace-path.ts';
import type { Workspace } from '../../sandbox/workspace.ts';
import type { FakeRun } from './fake-engine.ts';
import { FakeProcess } from './fake-process.ts';
import type { FakeProgram } from './fake-program.ts';
import type { FakeTerminalProgram } from './fake-terminal.ts';
import { MemoryTree } from './memory-tree.ts';

export type FakeOperation =
  | 'check'
  | 'open'
  | 'create'
  | 'start'
  | 'output'
  | 'wait'
  | 'serviceOutput'
  | 'openTerminal'
  | 'stop'
  | 'remove'
  | 'attach'
  | 'copyIn'
  | 'copyOut'
  | 'close';

export interface FakeSandboxOptions {
  readonly run: string;
  readonly program: FakeProgram;
  readonly terminal: FakeTerminalProgram;
  readonly capabilities: SandboxCapabilities;
  readonly clock: Clock;
  readonly hasImage: (image: string) => boolean;
  readonly before: (operation: FakeOperation, key?: ProcessKey) => void | Promise<void>;
  /** The state, made when missing. */
  readonly state: () => FakeRun;
  /** Called when nothing of the run is left. */
  readonly forget: () => void;
}

const processName = (key: ProcessKey): string => `${key.step}.${key.attempt}`;

export function createFakeSandbox(options: FakeSandboxOptions): Sandbox {
  const { run, before, state } = options;
  const treeOf = (workspace: Workspace): MemoryTree => {
    const tree = state().workspaces.get(workspace.id.slice(run.length + 1));
    if (tree === undefined)
      throw new EngineError({ code: 'sandbox.engine_failed', message: `The workspace ${workspace.id} was dropped.` });
    return tree;
  };
  const workspaceNamed = (name: string): Workspace => {
    const workspace: Workspace = {
      id: `${run}/${name}`,
      async copyIn(archive: Readable, destination, { signal } = {}) {
        await before('copyIn');
        signal?.throwIfAborted();
        await treeOf(workspace).unpack(archive, relativeToWorkspace(destination), signal);
      },
      async copyOut(source, { signal } = {}) {
        await before('copyOut');
        signal?.throwIfAborted();
        const path = relativeToWorkspace(source);
        if (treeOf(workspace).get(path) === undefined) throw pathNotFound(source);
        return treeOf(workspace).pack(path, path.split('/').at(-1) || workspaceRoot.slice(1));
      },
      measure: () => Promise.resolve(treeOf(workspace).size()),
    };
    return workspace;
  };
  const handle = (process: FakeProcess): Process => ({
    key: process.key,
    id: process.id,
    state: () => Promise.resolve(process.state),
    async start() {
      await before('start', process.key);
      await process.startWithServices();
    },
    async *output({ fromByte } = {}) {
      await before('output', process.key);
      yield* process.output(fromByte);
    },
    async wait() {
      await before('wait', process.key);
      return process.wait();
    },
    async serviceOutput() {
      await before('serviceOutput', process.key);
      return process.serviceOutput();
    },
    async openTerminal(config) {
      await before('openTerminal', process.key);
      if (!options.capabilities.terminals) throw noTerminal('fake', undefined);
      return process.openTerminal(config, options.terminal);
    },
    async stop(grace) {
      await before('stop', process.key);
      await process.stop(grace);
    },
    async remove() {
      await before('remove', process.key);
      process.remove();
      const { processes } = state();
      if (processes.get(processName(process.key)) === process) processes.delete(processName(process.key));
    },
  });

  return {
    run,
    workspace: workspaceNamed(''),
    copyWorkspace(name, { from = workspaceNamed(''), keep = false } = {}) {
      const { workspaces } = state();
      if (!keep || !workspaces.has(name))
        workspaces.set(name, from === 'nothing' ? new MemoryTree() : treeOf(from).clone());
      return Promise.resolve(workspaceNamed(name));
    },
    dropWorkspace(workspace) {
      state().workspaces.delete(workspace.id.slice(run.length + 1));
      return Promise.resolve();
    },
    prepare: () => Promise.resolve(),
    async create(config: ProcessConfig, { signal } = {}) {
      await before('create', config.key);
      signal?.throwIfAborted();
      checkProcessConfig('fake', options.capabilities, config);
      if (!options.hasImage(config.image)) throw imageMissing(config.image);
      const { processes } = state();
      const name = processName(config.key);
      if (processes.has(name)) throw nameTaken(name);
      const tree = config.workspace === 'none' ? undefined : treeOf(config.workspace);
      const workspace = config.workspaceAccess === 'read' ? tree?.clone() : tree;
      const inputs = config.inputs && treeOf(config.inputs);
      const { program, clock } = options;
      const process = new FakeProcess({ id: `fake-${run}-${name}`, run, config, workspace, inputs, program, clock });
      processes.set(name, process);
      return handle(process);
    },
    async attach(key) {
      await before('attach', key);
      const process = state().processes.get(processName(key));
      return process && handle(process);
    },
    async close({ keepWorkspace = false, keepCopies = [] } = {}) {
      await before('close');
      const { processes, workspaces } = state();
      for (const process of processes.values()) process.remove();
      processes.clear();
      for (const name of workspaces.keys())
        if (!keepWorkspace || (name !== '' && !keepCopies.includes(name))) workspaces.delete(name);
      if (!keepWorkspace) {
        options.forget();
      }
    },
  };
}

const imageMissing = (image: string): StepFailure =>
  new StepFailure({ code: 'sandbox.image_missing', message: `The image ${image} is not there.`, details: { image } });
