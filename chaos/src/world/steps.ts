import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { flowSteps } from '@cicd/engine';
import { createStepRegistry, defineStep, StepFailure, type StepContext, type StepRegistry } from '@cicd/plugin';
import type { FakeProgram } from '@cicd/plugin/testing';
import { builtinSteps } from '@cicd/steps';
import type { Provider } from '../failpoints/provider.ts';
import { attemptName } from '../history/observation.ts';

const closed = { additionalProperties: false } as const;

const WorkConfig = Type.Object(
  {
    lines: Type.Integer({ default: 2 }),
    /** So many attempts fail first. */
    failures: Type.Integer({ default: 0 }),
    /** Ends only when it is told to. */
    endless: Type.Boolean({ default: false }),
    artifact: Type.Optional(Type.String()),
  },
  closed,
);
interface Work {
  readonly lines: number;
  readonly failures: number;
  readonly endless: boolean;
  readonly artifact?: string;
}

/** A container that prints numbered lines, and may store them as an artifact. */
const work = defineStep({
  type: 'step.work',
  title: 'Work',
  description: 'Prints numbered lines in a container.',
  category: 'general',
  config: WorkConfig,
  outputs: Type.Object({ exit_code: Type.Integer() }, closed),
  recovery: 'adopt',
  examples: [],
  run: perform,
  resume: perform,
});

async function perform(ctx: StepContext<Work>) {
  const process = await ctx.sandbox.start({ image: 'busybox', command: ['work', JSON.stringify(ctx.config)] });
  const stop = () => void process.stop(10_000).catch(() => {});
  ctx.signal.addEventListener('abort', stop, { once: true });
  if (ctx.signal.aborted) stop();
  let said = '';
  for await (const { stream, data } of process.output()) {
    said += Buffer.from(data).toString();
    await ctx.log.write(stream, data);
  }
  const { exitCode } = await process.wait();
  ctx.signal.throwIfAborted();
  if (exitCode !== 0) throw new StepFailure({ code: 'step.command_failed', message: `exit code ${exitCode}` });
  if (ctx.config.artifact !== undefined) {
    await ctx.artifacts.put(ctx.config.artifact, Readable.from([Buffer.from(said)]));
    await ctx.log.info(`stored ${ctx.config.artifact}`);
  }
  return { outputs: { exit_code: exitCode } };
}

/** Asks a provider, by a key that it notes before. */
const ship = (provider: Provider) =>
  defineStep({
    type: 'step.ship',
    title: 'Ship',
    description: 'Deploys a version.',
    category: 'general',
    config: Type.Object({ version: Type.String() }, closed),
    outputs: Type.Object({ key: Type.String() }, closed),
    recovery: 'reconcile',
    examples: [],
    run: (ctx) => deploy(ctx, provider),
    resume: (ctx) => deploy(ctx, provider),
  });

async function deploy(ctx: StepContext<{ readonly version: string }>, provider: Provider) {
  const key = attemptName(ctx.step.key, ctx.step.attempt);
  if ((await ctx.checkpoint.get()) === undefined) await ctx.checkpoint.set({ key });
  ctx.signal.throwIfAborted();
  await provider.deploy(key, ctx.config.version);
  return { outputs: { key } };
}

/** All types of the pipelines here; `provider` as the process that performs them sees it. */
export const stepsFor = (provider: Provider): StepRegistry =>
  createStepRegistry([...builtinSteps, ...flowSteps, work, ship(provider)]);

/** Plays the containers of `step.work`. */
export const workProgram =
  (onStart: (name: string) => void): FakeProgram =>
  async ({ key, command, stdout, signal }) => {
    const name = attemptName(key.step, key.attempt);
    onStart(name);
    const { lines, failures, endless } = JSON.parse(command[1] ?? '{}') as Work;
    for (let line = 1; line <= lines; line += 1) {
      stdout(`${name} line ${line}\n`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (endless && !signal.aborted)
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    return key.attempt <= failures ? 1 : 0;
  };
