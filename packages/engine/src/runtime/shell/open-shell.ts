import {
  asksForNothing,
  grantsNothing,
  noTerminal,
  StepFailure,
  type CloseOptions,
  type Privileges,
  type Process,
  type Sandbox,
  type StepShell,
  type Terminal,
  type TerminalConfig,
} from '@cicd/plugin';
import { carryOut } from '../../run/carry-out.ts';
import type { Unit } from '../../run/run-index.ts';
import { stepForShell, workspaceGone } from '../../run/shell.ts';
import type { RunState, StepState } from '../../run/state.ts';
import type { RunClaim } from '../../store/run-store.ts';
import type { LoadedRun } from '../load-run.ts';
import { createMailbox } from '../mailbox.ts';
import type { Ownership } from '../ownership.ts';
import type { DriveOptions, RuntimePorts } from '../ports.ts';
import { identityEnv, prepareStep } from '../prepared-step.ts';
import { createRunSandbox, type RunSandbox } from '../run-sandbox.ts';
import { createRunValues } from '../run-values.ts';
import { neededToGoOn } from '../run-workspaces.ts';
import { summarise } from '../summary.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { shellWorkspace, type ShellWorkspace } from './shell-workspace.ts';
import { needsSecret, withoutSecrets } from './without-secrets.ts';

export interface ShellOptions extends Pick<DriveOptions, 'outerEnv' | 'sandbox'> {
  /** Key of the step: `test`, `test.0`, `loop.3.test`. */
  readonly step: string;
  /** Who asks: `local:ann`. */
  readonly actor: string;
  /** Name → value; absent: the shell is given none, and what needs one is left out. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Performed by the process instead of preparing a terminal. */
  readonly command?: string;
  /** Aborted: nothing is opened, and nothing is left. */
  readonly signal?: AbortSignal;
  onProgress?(message: string): void;
}

/** A shell where a step works. The run is held until it is closed. */
export interface RunShell {
  readonly step: StepState;
  readonly workspace: ShellWorkspace;
  /** Names of variables and files that are left out because they need a secret. */
  readonly withheld: readonly string[];
  /** It runs. With a command, its output and end are those of the command. */
  readonly process: Process;
  openTerminal(config: Omit<TerminalConfig, 'command'>): Promise<Terminal>;
  /** Removes all but the workspace, and gives the run free. Idempotent. */
  close(): Promise<void>;
}

export interface ShellToOpen {
  readonly ports: RuntimePorts;
  readonly ownership: Ownership;
  readonly run: LoadedRun & { readonly claim: RunClaim };
  readonly options: ShellOptions;
}

/** Opens a shell in a run that is claimed; whoever called gives the claim back when this fails. */
export async function openShell({ ports, ownership, run, options }: ShellToOpen): Promise<RunShell> {
  const { state, last, claim } = run;
  const { actor, command, secrets, signal } = options;
  const unit = stepForShell(state, options.step);
  const { key } = unit.state;
  const driver = ports.sandboxes(options.sandbox);
  if (!(await driver.runs()).includes(state.id)) throw workspaceGone(state);
  const sandbox = createRunSandbox({
    driver,
    run: state.id,
    clock: ports.clock,
    mayHaveRemains: false,
    onTrouble: ({ message }) => options.onProgress?.(message),
  });
  try {
    const opened = await sandbox.open(signal);
    if (command === undefined && !driver.capabilities.terminals) throw noTerminal(driver.name, opened.workspace.folder);
    const { shell, withheld } = prepare(ports, run, unit, options);
    const opening = { type: 'open_shell', step: key, actor, withSecrets: secrets !== undefined } as const;
    signal?.throwIfAborted();
    await ports.store.append(claim, last, carryOut(state, opening, ports.clock.now()), summarise(state));
    const workspace = shellWorkspace(unit);
    const process = await begin(opened, unit, shell, {
      workspace: workspace === 'none' ? 'none' : opened.workspace,
      env: identityEnv(state, unit.state, attemptOf(unit)),
      authorize: (asked) => authorizeShell(ports, state, key, asked),
      options,
    });
    if (command === undefined) await unlessAborted(untilReady(process, key), signal);
    let closed: Promise<void> | undefined;
    const close = async () => {
      try {
        await sandbox.close(neededToGoOn(state));
      } finally {
        await ports.store.release(claim);
        // What was said to the run while it was held.
        await createMailbox({ store: ports.store, ownership, clock: ports.clock }).deliver(state.id);
      }
    };
    return {
      step: unit.state,
      workspace,
      withheld,
      process,
      openTerminal: (config) => process.openTerminal({ ...config, command: shell.terminal }),
      close: () => (closed ??= close()),
    };
  } catch (error) {
    await closeAfter(sandbox, neededToGoOn(state), error);
    throw error;
  }
}

/** A step that has not begun is shown as its first attempt would be. */
const attemptOf = ({ state }: Unit) => Math.max(1, state.attempt);

/** The step's shell, and what had to be left out of it. Errors: those of `prepareStep`, `step.shell_refused`. */
function prepare(
  ports: RuntimePorts,
  { state }: LoadedRun,
  unit: Unit,
  { secrets, outerEnv = {}, command }: ShellOptions,
): { readonly shell: StepShell; readonly withheld: readonly string[] } {
  const definition = ports.steps.get(unit.state.type);
  if (!definition.shell) throw noContainer(unit.state);
  const values = createRunValues({
    state,
    outerEnv,
    secrets: secrets ?? {},
    ...(!secrets && { withholds: needsSecret }),
  }).in(unit.group.scope);
  const { step, withheld } = secrets
    ? { step: unit.group.step, withheld: [] }
    : withoutSecrets(unit.group.step, values.withheld);
  const prepared = prepareStep(step, unit.state, definition, values);
  const shell = definition.shell({
    config: prepared.config,
    env: { ...prepared.env, ...identityEnv(state, unit.state, attemptOf(unit)) },
    token: ports.identity.token(),
    ...(command !== undefined && { command }),
  });
  return { shell, withheld: [...values.withheld, ...withheld] };
}

async function begin(
  sandbox: Sandbox,
  { state }: Unit,
  { process: config }: StepShell,
  {
    workspace,
    env,
    authorize,
    options: { signal, onProgress },
  }: {
    readonly workspace: Sandbox['workspace'] | 'none';
    readonly env: Readonly<Record<string, string>>;
    authorize(asked: Privileges): Promise<Privileges>;
    readonly options: ShellOptions;
  },
): Promise<Process> {
  // No step inside another one has this key: a step that stands around others has no shell.
  const key = { step: `${state.key}.shell`, attempt: Math.max(1, state.attempt) };
  const { privileges: asked, ...hardened } = config;
  const privileges = asked && !asksForNothing(asked) ? await authorize(asked) : undefined;
  // Of a shell whose process was killed.
  await (await sandbox.attach(key))?.remove();
  const process = await sandbox.create(
    // The image that ran, whatever its name means by now.
    {
      ...hardened,
      ...(privileges && { privileges }),
      ...(state.image !== undefined && { image: state.image }),
      key,
      env,
      workspace,
    },
    { ...(signal && { signal }), ...(onProgress && { onProgress }) },
  );
  signal?.throwIfAborted();
  await process.start();
  return process;
}

/** A shell is let out of its hardening as its step would be now. */
const authorizeShell = ({ grants = grantsNothing }: RuntimePorts, run: RunState, step: string, asked: Privileges) =>
  grants.authorize(asked, { project: run.project, pipeline: run.pipeline, step });

/** It says something once all is there for a terminal. */
async function untilReady(process: Process, step: string): Promise<void> {
  for await (const _said of process.output()) return;
  const { exitCode } = await process.wait();
  throw new StepFailure({
    code: 'step.shell_unusable',
    message: `the container of the shell in ${step} ended with exit code ${exitCode} before there was a terminal`,
    hint: 'The image needs the shell of the step, and cat and sleep.',
    details: { exit_code: exitCode },
  });
}

/** The first trouble is the one that people are told; what is left is removed with the run's next shell or attempt. */
async function closeAfter(sandbox: RunSandbox, kept: CloseOptions, cause: unknown): Promise<void> {
  try {
    await sandbox.close(kept);
  } catch (error) {
    if (cause instanceof Error) cause.cause ??= error;
  }
}

const noContainer = ({ key, type }: StepState): StepFailure =>
  new StepFailure({
    code: 'step.shell_refused',
    message: `${key} is a ${type}, which runs in no container`,
    hint: 'Name a step that runs commands.',
  });
