import type { LogStore, RunState } from '@cicd/engine';
import { runExitCode } from '../run-exit-code.ts';
import { runJson } from './run-json.ts';
import { printRunReport } from './run-report.ts';

/** Prints how a run ended, for people and, when asked, as JSON on standard output; returns its exit code. */
export async function reportRun(
  state: RunState,
  logs: LogStore,
  { json = false }: { readonly json?: boolean },
): Promise<number> {
  await printRunReport(state, logs, json ? process.stderr : process.stdout);
  if (json) process.stdout.write(`${JSON.stringify(runJson(state), null, 2)}\n`);
  return runExitCode(state);
}
