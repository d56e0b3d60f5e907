import type { ConfigError } from '@cicd/plugin';
import { CicdError, errorCodes, type ErrorCodeRow } from '@cicd/plugin';

/** The exit codes of the command line. */
export const exitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  waiting: 3,
  timeout: 124,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** The exit code of an error, by the one table of codes. */
export function exitCodeOf(error: unknown): number {
  if (!CicdError.isInstance(error)) return exitCode.failed;
  const row: ErrorCodeRow | undefined = errorCodes[error.code as keyof typeof errorCodes];
  return row?.exit ?? exitCode.failed;
}

/** An error for people: what happened and what to do. The stack of an unexpected one shows with CICD_DEBUG. */
export function describeError(error: unknown, debug: boolean): string {
  if (CicdError.isInstance(error)) {
    const hint = error.hint === undefined ? '' : `\n  ${error.hint}`;
    const stack = debug ? `\n${error.stack ?? ''}` : '';
    return `cicd: ${error.message} (${error.code})${hint}${stack}`;
  }
  const known = error instanceof Error ? error : new Error(String(error));
  return `cicd: unexpected: ${debug ? (known.stack ?? known.message) : `${known.message}\n  Set CICD_DEBUG=1 to see where it comes from.`}`;
}

/** Tells an error on standard error: its problems, each with its place, or itself. */
export async function tellError(error: unknown): Promise<void> {
  if (CicdError.isInstance(error) && error.family === 'config' && (error as ConfigError).problems.length > 0) {
    const { printProblems } = await import('./output/print-problems.ts');
    printProblems((error as ConfigError).problems, process.stderr);
  } else {
    process.stderr.write(`${describeError(error, Boolean(process.env['CICD_DEBUG']))}\n`);
  }
}

/** Ends the process with what a command returns; an error is told and becomes its exit code. */
export async function endWith(work: Promise<number> | number): Promise<void> {
  try {
    process.exitCode = await work;
  } catch (error) {
    await tellError(error);
    process.exitCode = exitCodeOf(error);
  }
}
