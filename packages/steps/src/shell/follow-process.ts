import type { ExitStatus, Process, StepLog } from '@cicd/plugin';
import { commandTitle } from './command-failure.ts';
import { createTranscript, type Transcript, type TranscriptEvent } from './transcript.ts';

/** Milliseconds between SIGTERM and SIGKILL. */
const grace = 10_000;

export interface FollowedProcess {
  readonly status: ExitStatus;
  readonly transcript: Transcript;
}

/**
 * Reads a process from its first byte to its end: output to the log, a section for each command. An abort stops the
 * process; what it still says is read as well. The caller looks at the signal afterwards.
 */
export async function followProcess(
  process: Process,
  commands: readonly string[],
  token: string,
  log: StepLog,
  signal: AbortSignal,
): Promise<FollowedProcess> {
  const transcript = createTranscript(token);
  let isGivenUp = false;
  const record = async (events: readonly TranscriptEvent[]) => {
    for (const event of events) {
      if (isGivenUp) return;
      if (event.kind === 'text') await log.write('stdout', event.data);
      else await log.section(commandTitle(commands[event.position - 1] ?? ''));
    }
  };
  const read = async () => {
    for await (const { stream, data } of process.output()) {
      if (isGivenUp) break;
      if (stream === 'stderr') await log.write('stderr', data);
      else await record(transcript.push(data));
    }
    await record(transcript.end());
    return process.wait();
  };
  try {
    const [status] = await Promise.all([read(), stopOnAbort(process, signal)]);
    return { status, transcript };
  } catch (error) {
    // Whoever resumes the step reads from the first byte: a reader that is still at it would write the same again.
    isGivenUp = true;
    throw error;
  }
}

/** Resolves when the process has ended, by itself or stopped. */
async function stopOnAbort(process: Process, signal: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true, signal: ended.signal });
  });
  try {
    await Promise.race([aborted, process.wait()]);
    if (signal.aborted) await process.stop(grace);
  } finally {
    ended.abort();
  }
}
