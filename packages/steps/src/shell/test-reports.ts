import { CicdError, StepFailure, type StepContext } from '@cicd/plugin';
import { workspaceOf } from '../artifact/workspace-of.ts';
import { readReports } from '../reports/read-reports.ts';
import type { TestResult } from '../reports/test-result.ts';
import type { ShellExecConfig } from './shell-exec-config.ts';

/**
 * What the step's test reports say; undefined when it has none. After a failure, a report that cannot be read is a
 * warning, for the first failure is what people look for. Errors: `step.report_invalid`, `step.workspace_missing`.
 */
export async function readTests(
  ctx: StepContext<ShellExecConfig>,
  end: 'success' | 'failure',
): Promise<{ readonly tests?: TestResult }> {
  const globs = ctx.config.reports?.junit ?? [];
  if (globs.length === 0) return {};
  try {
    const { tests, unmatched } = await readReports(workspaceOf(ctx), globs);
    for (const glob of unmatched) await ctx.log.warn(`no test report matches ${glob}`);
    if (unmatched.length === globs.length) return {};
    const { passed, failed, skipped } = tests;
    await ctx.log.info(`tests: ${passed} passed, ${failed} failed, ${skipped} skipped`);
    return { tests };
  } catch (error) {
    if (end === 'success' || !CicdError.isInstance(error) || error.family !== 'step') throw error;
    await ctx.log.warn(error.message);
    return {};
  }
}

/** The failure of a step, with what its reports say as its outputs. */
export const withTests = (error: unknown, outputs: { readonly tests?: TestResult }): unknown =>
  CicdError.isInstance(error) && error.family === 'step' && outputs.tests
    ? new StepFailure({
        code: error.code as 'step.command_failed',
        message: error.message,
        hint: error.hint,
        details: { ...error.details, outputs },
        cause: error,
      })
    : error;
