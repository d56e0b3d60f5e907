import { styleText } from 'node:util';
import { compilePlan, type CancelCause, type PrepareSource, type RunHandle, type RunState } from '@cicd/engine';
import { createPlatform, dataFolderPath, fillWorkspace, findProject, type Platform } from '@cicd/platform';
import type { Terminal } from '../input/ask-decision.ts';
import { askHidden } from '../input/ask.ts';
import { assignments } from '../input/assignments.ts';
import { loadDefinition } from '../input/load-definition.ts';
import { localUser } from '../input/local-user.ts';
import { outerEnvironment } from '../input/outer-environment.ts';
import { readSecretFile, secretsOf } from '../input/secrets.ts';
import { printProblems } from '../output/print-problems.ts';
import { followRun, type Progress } from '../output/progress.ts';
import { runJson } from '../output/run-json.ts';
import { printRunReport } from '../output/run-report.ts';
import { runExitCode } from '../run-exit-code.ts';
import { attendWaiting } from './attend-waiting.ts';
import type { RunCommandOptions } from './run-options.ts';
import type { SandboxOfRun } from './sandbox-of-run.ts';
import { onSignals } from './signals.ts';

export interface PipelineToRun {
  /** The run's id. */
  readonly id: string;
  readonly file: string;
  /** The file's name as people know it. */
  readonly shown: string;
  readonly pipeline: string | undefined;
  readonly options: RunCommandOptions;
  readonly sandbox: SandboxOfRun;
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

/** Somebody can be asked where both what is shown and what is typed go over a terminal. */
const terminalOn = (stream: NodeJS.WriteStream): Terminal | undefined =>
  stream.isTTY && process.stdin.isTTY ? { input: process.stdin, output: stream } : undefined;

/** What is to be run, checked: nothing has been started. */
async function prepare({ file, shown, pipeline, options }: PipelineToRun) {
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
  { id, options, sandbox }: PipelineToRun,
  prepared: Prepared,
  platform: Platform,
  stream: NodeJS.WriteStream,
): Promise<RunState> {
  const { plan, project, secrets, outerEnv } = prepared;
  const source: PrepareSource = async (workspace, _log, signal) => {
    const { root, temporary } = platform.folder;
    return { ...(await fillWorkspace(project, workspace, { excluded: [root], temporary, signal })) };
  };
  const progress = await progressOn(stream);
  const { listener, logsEnded } = followRun(platform.logs, progress);
  const started = Promise.withResolvers<RunHandle>();
  const terminal = options.json ? undefined : terminalOn(stream);
  const attendance = attendWaiting(started.promise, { terminal, stream, progress });
  const handle = await platform.runtime.start(plan, {
    id,
    listener: { ...listener, waits: attendance.waits },
    project: project.folder,
    actor: localUser(),
    trigger: { type: 'manual' },
    secrets,
    outerEnv,
    ...(options.only && { only: options.only }),
    ...(options.from && { from: options.from }),
    ...(plan.source !== 'none' && { source }),
  });
  const restore = cancelOnSignals(handle, stream);
  sandbox.handOver();
  started.resolve(handle);
  const state = await Promise.race([handle.done, attendance.failed]);
  await logsEnded();
  restore();
  progress.end(state);
  return state;
}

/** Checks, plans, runs and shows a pipeline; returns the run's exit code. What is wrong with the file is told first. */
export async function runPipeline(asked: PipelineToRun): Promise<number> {
  const { options, sandbox } = asked;
  const stream = options.json ? process.stderr : process.stdout;
  const prepared = await prepare(asked);
  const { driver, warning } = await sandbox.chosen;
  if (warning) process.stderr.write(`${styleText('yellow', 'warning', { stream: process.stderr })}: ${warning}\n`);
  const platform = await createPlatform({
    dataFolder: dataFolderPath({ flag: options.dataDir, env: process.env }),
    sandbox: driver,
    local: true,
  });
  try {
    const state = await perform(asked, prepared, platform, stream);
    await printRunReport(state, platform.logs, stream);
    if (options.json) process.stdout.write(`${JSON.stringify(runJson(state), null, 2)}\n`);
    return runExitCode(state);
  } finally {
    await platform.close();
  }
}
