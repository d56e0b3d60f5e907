import type { JsonObject, StepIdentity } from '@cicd/plugin';
import {
  createStepContext,
  type FakeProgram,
  type RecordedStepContext,
  type StepContextOptions,
} from '@cicd/plugin/testing';
import { shellExec } from '../../src/index.ts';
import { ShellExecConfig } from '../../src/shell/shell-exec-config.ts';
import { configOf } from './config.ts';
import { sandboxOf } from './local-shell.ts';

export const token = 'c0ffee00c0ffee00c0ffee00c0ffee00';

export interface ShellExecRun {
  readonly ctx: RecordedStepContext<ShellExecConfig>;
  readonly outputs?: JsonObject;
  readonly error?: unknown;
}

export async function shellExecContext(
  program: FakeProgram,
  config: object,
  options: Partial<StepContextOptions<ShellExecConfig>> & {
    readonly declaredOutputs?: StepIdentity['declaredOutputs'];
  } = {},
): Promise<RecordedStepContext<ShellExecConfig>> {
  return createStepContext({
    sandbox: await sandboxOf(program),
    ...options,
    config: configOf(ShellExecConfig, { image: 'busybox', ...config }),
    step: { token, declaredOutputs: options.declaredOutputs ?? {}, ...options.step },
  });
}

/** Runs the step to its end, whichever it is. */
export async function runShellExec(...parameters: Parameters<typeof shellExecContext>): Promise<ShellExecRun> {
  const ctx = await shellExecContext(...parameters);
  try {
    const result = await shellExec.run(ctx);
    if ('wait' in result) throw new Error('step.shell_exec never waits');
    return { ctx, outputs: result.outputs };
  } catch (error) {
    return { ctx, error };
  }
}
