import os from 'node:os';
import path from 'node:path';
import { styleText } from 'node:util';
import type { Sandbox } from '@cicd/plugin';
import { compilePlan, type CancelCause, type PrepareSource, type RunHandle, type RunState } from '@cicd/engine';
import {
  chooseSandbox,
  createPlatform,
  dataFolderPath,
  fillWorkspace,
  findPipelineFile,
  findProject,
  systemIdentity,
  type ChosenSandbox,
  type Platform,
  type SandboxChoice,
} from '@cicd/platform';
import { askHidden } from '../input/ask.ts';
import { assignments } from '../input/assignments.ts';
import { loadDefinition } from '../input/load-definition.ts';
import { outerEnvironment } from '../input/outer-environment.ts';
import { readSecretFile, secretsOf } from '../input/secrets.ts';
import { printProblems } from '../output/print-problems.ts';
import { followRun, type Progress } from '../output/progress.ts';
import { runJson } from '../output/run-json.ts';
import { printRunReport } from '../output/run-report.ts';
import { causeExitCode, runExitCode } from '../run-exit-code.ts';

export interface RunCommandOptions {
  readonly input?: readonly string[];
  readonly secret?: readonly string[];
  readonly env?: readonly string[];
  readonly envFile?: string;
  readonly only?: readonly string[];
  readonly from?: readonly string[];
  readonly project?: string;
  readonly sandbox: SandboxChoice;
  readonly dataDir?: string;
  readonly json?: boolean;
}

const signals: Readonly<Record<string, CancelCause>> = { SIGINT: 'user', SIGTERM: 'terminated', SIGHUP: 'hangup' };

/** Calls at every signal that asks a command to end; returns how to stop. */
function onSignals(react: (cause: CancelCause) => void): () => void {
  const listeners = Object.entries(signals).map(([signal, cause]) => [signal, () => react(cause)] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}

/**
 * Ends a run as its user asks: every signal is a request, the second one ends `always()` steps too. Whoever closes our
 * output (`cicd run | head`) has hung up.
 */
function cancelOnSignals(handle: RunHandle, stream: NodeJS.WriteStream): () => void {
  const request = (cause: CancelCause) => void handle.cancel(cause).catch((error: unknown) => console.error(error));
  stream.on('error', () => request('hangup'));
  return onSignals(request);
}

async function progressOn(stream: NodeJS.WriteStream): Promise<Progress> {
  if (stream.isTTY) return (await import('../output/show-live.ts')).showLive(stream);
  return (await import('../output/show-plain.ts')).showPlain(stream);
}

interface Opened {
  readonly platform: Platform;
  readonly chosen: ChosenSandbox;
  /** The sandbox of the run to come: the engine makes its workspace while the file is checked. */
  readonly sandbox: Promise<Sandbox>;
}

async function openPlatform(id: string, options: RunCommandOptions): Promise<Opened> {
  let chosen: ChosenSandbox | undefined;
  let sandbox: Promise<Sandbox> | undefined;
  const platform = await createPlatform({
    dataFolder: dataFolderPath({ flag: options.dataDir, env: process.env }),
    local: true,
    async sandbox(folder, instance) {
      chosen = await chooseSandbox(options.sandbox, { folder, instance, env: process.env });
      sandbox = chosen.driver.open(id);
      // The run asks again, and hears of the failure.
      sandbox.catch(() => {});
      return chosen.driver;
    },
  });
  if (!chosen || !sandbox) throw new TypeError('no sandbox was chosen');
  return { platform, chosen, sandbox };
}

/** Closes what was opened; the run may have begun or not. */
async function close({ platform, sandbox }: Opened): Promise<void> {
  // What could not be opened has left nothing, and the run has told it.
  const opened = await sandbox.catch(() => undefined);
  await opened?.close();
  await platform.close();
}

/** What is to be run, checked: nothing has been started. */
async function prepare(file: string, shown: string, pipeline: string | undefined, options: RunCommandOptions) {
  const definition = await loadDefinition(file, shown, pipeline);
  const plan = compilePlan(definition, { inputs: assignments('input', options.input) });
  const outerEnv = outerEnvironment(options.env, options.envFile, process.env);
  const { secrets, warnings } = await secretsOf(options.secret, {
    env: process.env,
    readFile: readSecretFile,
    ...(process.stdin.isTTY ? { ask: (name) => askHidden(`${name}: `) } : {}),
  });
  if (warnings.length > 0) printProblems(warnings, process.stderr);
  return { plan, outerEnv, secrets, project: findProject(file, options.project) };
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

/** Runs it to its end, showing it, and returns how it ended. */
async function perform(
  id: string,
  prepared: Prepared,
  platform: Platform,
  options: RunCommandOptions,
  stream: NodeJS.WriteStream,
): Promise<RunState> {
  const { plan, project, secrets, outerEnv } = prepared;
  const source: PrepareSource = async (workspace, _log, signal) => {
    const { root, temporary } = platform.folder;
    return { ...(await fillWorkspace(project, workspace, { excluded: [root], temporary, signal })) };
  };
  const progress = await progressOn(stream);
  const { listener, logsEnded } = followRun(platform.logs, progress);
  const handle = await platform.runtime.start(plan, {
    id,
    listener,
    project: project.folder,
    actor: `local:${os.userInfo().username}`,
    trigger: { type: 'manual' },
    secrets,
    outerEnv,
    ...(options.only && { only: options.only }),
    ...(options.from && { from: options.from }),
    ...(plan.source !== 'none' && { source }),
  });
  const restore = cancelOnSignals(handle, stream);
  const state = await handle.done;
  await logsEnded();
  restore();
  progress.end(state);
  return state;
}

/** `cicd run`: checks, plans, runs, shows, and ends with the run's exit code. */
export async function run(
  named: string | undefined,
  pipeline: string | undefined,
  options: RunCommandOptions,
): Promise<number> {
  const stream = options.json ? process.stderr : process.stdout;
  const file = findPipelineFile(process.cwd(), named);
  // The engine answers while the file is checked; what is wrong with the file is told first.
  const id = systemIdentity.runId(Date.now());
  const opening = openPlatform(id, options);
  opening.catch(() => {
    // Told where it is awaited; by then the file's own problems have been.
  });
  // Until there is a run to cancel, a signal ends the command, which leaves nothing behind either.
  const restore = onSignals((cause) => void opening.then(close).finally(() => process.exit(causeExitCode[cause])));
  const prepared = await prepare(file, named ?? path.relative(process.cwd(), file), pipeline, options).catch(
    async (error: unknown) => {
      await opening.then(close).catch(() => {
        // What is wrong with the file is the error to tell.
      });
      throw error;
    },
  );
  const opened = await opening;
  const { platform, chosen } = opened;
  try {
    if (chosen.warning) {
      process.stderr.write(`${styleText('yellow', 'warning', { stream: process.stderr })}: ${chosen.warning}\n`);
    }
    restore();
    const state = await perform(id, prepared, platform, options, stream);
    await printRunReport(state, platform.logs, stream);
    if (options.json) process.stdout.write(`${JSON.stringify(runJson(state), null, 2)}\n`);
    return runExitCode(state);
  } finally {
    await close(opened);
  }
}
