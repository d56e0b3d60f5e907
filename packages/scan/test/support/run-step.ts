import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { JsonObject, ScannerKnowledge, StepDefinition } from '@cicd/plugin';
import {
  createFakeSandboxDriver,
  createStepContext,
  type FakeProgram,
  type RecordedStepContext,
  type StepContextOptions,
} from '@cicd/plugin/testing';

/** A configuration as the engine hands it over: defaults filled in, checked. */
export function configOf<Schema extends TSchema>(schema: Schema, written: unknown): Static<Schema> {
  const filled = Value.Default(schema, structuredClone(written));
  const problems = Value.Errors(schema, filled);
  if (problems.length > 0)
    throw new Error(problems.map(({ instancePath, message }) => `${instancePath} ${message}`).join('\n'));
  return filled as Static<Schema>;
}

/** A tar archive of these files. */
export function archiveOf(files: Readonly<Record<string, string | Uint8Array>>): Readable {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name, mode: 0o644 }, Buffer.from(content));
  archive.finalize();
  return Readable.from(archive as AsyncIterable<Uint8Array>, { objectMode: false });
}

/** What a platform keeps, by name. */
export const knowledgeOf = (kept: Readonly<Record<string, Readonly<Record<string, string>>>>): ScannerKnowledge => ({
  place: '/data/scanners',
  get(name) {
    const files = kept[name];
    if (!files) return Promise.resolve(undefined);
    const archive = () => Promise.resolve(archiveOf(files));
    return Promise.resolve({ name, version: `sha256:${name}`, updatedAt: '2026-01-01T00:00:00Z', archive });
  },
});

export interface StepRun<Config> {
  readonly ctx: RecordedStepContext<Config>;
  readonly outputs?: JsonObject;
  readonly error?: unknown;
}

export interface StepRunOptions<Config> extends Partial<StepContextOptions<Config>> {
  readonly files?: Readonly<Record<string, string>>;
  readonly program?: FakeProgram;
  readonly knowledge?: ScannerKnowledge;
}

/** Runs a step to its end, whichever it is, its process played by a program. */
export async function runStep<Config extends TSchema, Outputs extends TSchema>(
  step: StepDefinition<Config, Outputs>,
  config: object,
  {
    files = { 'src/app.js': 'eval(x)\n' },
    program = () => 0,
    knowledge = knowledgeOf({}),
    ...options
  }: StepRunOptions<Static<Config>> = {},
): Promise<StepRun<Static<Config>>> {
  const sandbox = options.sandbox ?? (await createFakeSandboxDriver({ program }).open('run-1'));
  if (Object.keys(files).length > 0) await sandbox.workspace.copyIn(archiveOf(files), '/workspace');
  const ctx = createStepContext<Static<Config>>({
    ...options,
    sandbox,
    config: configOf(step.config, config),
    step: { name: 'scan', ...options.step },
    ports: { knowledge, ...options.ports },
  });
  try {
    const result = await step.run(ctx);
    if ('wait' in result) throw new Error('a scan never waits');
    return { ctx, outputs: result.outputs };
  } catch (error) {
    return { ctx, error };
  }
}

/** The text of an artifact of the run. */
export async function storedText(ctx: RecordedStepContext<unknown>, key: string): Promise<string> {
  return text((await ctx.recorded.artifacts.get('run-1', key)).stream);
}
