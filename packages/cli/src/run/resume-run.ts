import { styleText } from 'node:util';
import { loadRun, type RunState } from '@cicd/engine';
import type { Platform } from '@cicd/platform';
import { runHeader } from '../output/run-header.ts';
import { relaunch } from './relaunch.ts';
import type { SandboxesOfRuns } from './sandboxes-of-runs.ts';
import { showRun } from './show-run.ts';

export interface RunToResume {
  readonly platform: Platform;
  readonly sandboxes: SandboxesOfRuns;
  readonly id: string;
  readonly stream: NodeJS.WriteStream;
  /** Whether a person at the terminal is asked for decisions. */
  readonly mayAsk: boolean;
  /** `--secret` options. */
  readonly secrets: readonly string[];
  /** Stands before each line, where several runs are shown. */
  readonly label?: string;
}

/** Goes on with a run as it was started, and shows it to its end. Errors: those of `Runtime.resume`. */
export async function resumeRun({ id, stream, mayAsk, label, ...asked }: RunToResume): Promise<RunState> {
  const { platform } = asked;
  const { state } = await loadRun(platform.runs, id);
  const options = await relaunch({ ...asked, state });
  stream.write(`${runHeader(state, (format, text) => styleText(format, text, { stream }))}  resumed\n`);
  return showRun({
    platform,
    stream,
    mayAsk,
    ...(label !== undefined && { label }),
    begin: (listener) => platform.runtime.resume(id, { ...options, listener }),
  });
}
