import { Type } from 'typebox';
import { CicdError, defineStep, type JsonObject, type Process, type StepContext, type StepResult } from '@cicd/plugin';
import { fetchArtifact } from '../artifact/fetch-artifact.ts';
import { CacheOutput, restoreCaches, saveCaches } from '../cache/step-cache.ts';
import { artifactOutputs, closed } from '../schema/fields.ts';
import { storeOutputArtifacts, type StepEnd } from './artifacts-out.ts';
import { commandFailed, notBegun, outOfMemory } from './command-failure.ts';
import { containerOf } from './container-of.ts';
import { readDeclaredOutputs } from './declared-outputs.ts';
import { followProcess } from './follow-process.ts';
import { personShell } from './person-shell.ts';
import { loaderCommand, shellInput } from './script.ts';
import { readTests, withTests } from './test-reports.ts';
import { TestResult } from '../reports/test-result.ts';
import { showServiceOf, showServices } from './services.ts';
import { checkShellExec, ShellExecConfig } from './shell-exec-config.ts';
import { shellExecDescription, shellExecExamples } from './shell-exec-documentation.ts';

export const shellExec = defineStep({
  type: 'step.shell_exec',
  title: 'Run commands',
  description: shellExecDescription,
  category: 'build',
  config: ShellExecConfig,
  outputs: Type.Object(
    {
      exit_code: Type.Integer({ description: 'Of the shell: 0.' }),
      duration_ms: Type.Number({ description: 'How long the container ran, in milliseconds.' }),
      caches: Type.Optional(Type.Array(CacheOutput, { description: 'Of each `cache`, whether it was found.' })),
      tests: Type.Optional(
        Type.Object(TestResult.properties, {
          ...closed,
          description: 'What its test reports say, where it has `reports` and there are any.',
        }),
      ),
      artifacts: Type.Array(Type.Object(artifactOutputs, closed), { description: 'What was stored.' }),
    },
    closed,
  ),
  declaresOutputs: true,
  recovery: 'adopt',
  examples: shellExecExamples,
  check: checkShellExec,
  async run(ctx) {
    for (const { key, path } of ctx.config.artifacts_in ?? []) await fetchArtifact(ctx, { key, dest: path });
    // Before its container there is nobody who could change what is found; after a crash nobody looks again.
    const caches = await restoreCaches(ctx, ctx.config.cache ?? []);
    if (caches.length > 0) await ctx.checkpoint.set({ caches: caches.map((each) => ({ ...each })) });
    return execute(ctx);
  },
  // The container of a former life is found again by `start`, and its output is read from the first byte.
  resume: (ctx) => execute(ctx),
  shell: personShell,
});

type ShellExecContext = StepContext<ShellExecConfig>;

async function execute(ctx: ShellExecContext): Promise<StepResult> {
  return finish(ctx, await start(ctx));
}

async function start(ctx: ShellExecContext): Promise<Process> {
  try {
    return await startCommands(ctx);
  } catch (error) {
    await showServiceOf(error, ctx.log);
    throw error;
  }
}

function startCommands(ctx: ShellExecContext): Promise<Process> {
  const { config } = ctx;
  return ctx.sandbox.start({
    ...containerOf(config),
    command: loaderCommand(config.shell),
    input: shellInput({
      shell: config.shell,
      commands: config.commands,
      env: { ...ctx.env, ...config.env },
      secretFiles: config.secret_files ?? {},
      token: ctx.step.token,
    }),
  });
}

/** Follows a started process to its end, stores the artifacts, and makes of it the step's result. */
async function finish(ctx: ShellExecContext, process: Process): Promise<StepResult> {
  let outputs: JsonObject;
  try {
    outputs = await judge(ctx, process);
  } catch (error) {
    const end = endOf(error);
    if (end === 'failure') await showServices(process, ctx.log);
    const said = end === 'failure' ? await readTests(ctx, end) : {};
    if (end) await storeOutputArtifacts(ctx, end);
    throw withTests(error, said);
  }
  const said = await readTests(ctx, 'success');
  await saveCaches(ctx, ctx.config.cache ?? []);
  const found = ((await ctx.checkpoint.get()) ?? {}) as JsonObject;
  return { outputs: { ...outputs, ...found, ...said, artifacts: await storeOutputArtifacts(ctx, 'success') } };
}

/** Trouble of the engine is no end: the step is resumed, and then stores what it should. */
function endOf(error: unknown): StepEnd | undefined {
  if (!CicdError.isInstance(error) || error.family !== 'step') return undefined;
  return error.code === 'step.cancelled' ? 'cancelled' : 'failure';
}

/** Throws what went wrong; returns the outputs otherwise. */
async function judge(ctx: ShellExecContext, process: Process): Promise<JsonObject> {
  const { commands, shell, memory_limit: memoryLimit } = ctx.config;
  const began = ctx.clock.now();
  const { status, transcript } = await followProcess(process, commands, ctx.step.token, ctx.log, ctx.signal);
  // Even one that ended well: whoever was told to stop may have left its work undone.
  ctx.signal.throwIfAborted();
  const { exitCode, startedAt, finishedAt } = status;
  if (status.outOfMemory && exitCode !== 0) throw outOfMemory(commands, transcript.position, exitCode, memoryLimit);
  if (!transcript.begun) throw notBegun(shell, exitCode);
  if (exitCode !== 0) throw commandFailed(commands, transcript.position, exitCode);
  if (status.outOfMemory) await ctx.log.warn('the container reached its memory limit; no command failed for it');
  const measured = startedAt !== undefined && finishedAt !== undefined;
  return {
    ...(await readDeclaredOutputs(transcript.outputs, ctx.step.declaredOutputs)),
    exit_code: exitCode,
    duration_ms: measured ? Date.parse(finishedAt) - Date.parse(startedAt) : ctx.clock.now() - began,
  };
}
