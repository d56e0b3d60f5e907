import type { CancelCause, RunHandle, RunListener, RunState } from '@cicd/engine';
import type { Platform } from '@cicd/platform';
import type { Terminal } from '../input/ask-decision.ts';
import { followRun, type Progress } from '../output/progress.ts';
import { attendWaiting } from './attend-waiting.ts';
import { onSignals } from './signals.ts';

/**
 * Ends a run as its user asks: every signal is a request, the second one ends `always()` steps too. Whoever closes our
 * output (`cicd run | head`) has hung up.
 */
function cancelOnSignals(handle: RunHandle, stream: NodeJS.WriteStream): () => void {
  const request = (cause: CancelCause) => void handle.cancel(cause).catch((error: unknown) => console.error(error));
  stream.on('error', () => request('hangup'));
  return onSignals(request);
}

async function progressOn(stream: NodeJS.WriteStream, label: string | undefined): Promise<Progress> {
  if (stream.isTTY && label === undefined) return (await import('../output/show-live.ts')).showLive(stream);
  return (await import('../output/show-plain.ts')).showPlain(stream, label);
}

/** Somebody can be asked where both what is shown and what is typed go over a terminal. */
const terminalOn = (stream: NodeJS.WriteStream): Terminal | undefined =>
  stream.isTTY && process.stdin.isTTY ? { input: process.stdin, output: stream } : undefined;

export interface RunToShow {
  readonly platform: Platform;
  readonly stream: NodeJS.WriteStream;
  /** Whether a person at the terminal is asked for decisions. */
  readonly mayAsk: boolean;
  /** Stands before each line, where several runs are shown. */
  readonly label?: string;
  /** Begins it, or goes on with it. */
  begin(listener: RunListener): Promise<RunHandle>;
}

/** Drives a run until it ends or waits for nobody here, and shows it; signals cancel it. Returns how it is then. */
export async function showRun({ platform, stream, mayAsk, label, begin }: RunToShow): Promise<RunState> {
  const progress = await progressOn(stream, label);
  const { listener, logsEnded } = followRun(platform.logs, progress);
  const started = Promise.withResolvers<RunHandle>();
  const terminal = mayAsk ? terminalOn(stream) : undefined;
  const attendance = attendWaiting(started.promise, { terminal, stream, progress });
  const handle = await begin({ ...listener, waits: attendance.waits }).catch((error: unknown) => {
    progress.end();
    throw error;
  });
  const restore = cancelOnSignals(handle, stream);
  started.resolve(handle);
  try {
    const state = await Promise.race([handle.done, attendance.failed]);
    await logsEnded();
    return state;
  } finally {
    restore();
    progress.end(handle.state);
  }
}
