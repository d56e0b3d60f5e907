import { StepFailure, type StepLog } from '@cicd/plugin';
import type { LogKey, LogStore, LogWriter } from '../log/log-store.ts';
import type { Masker } from '../masking/masker.ts';
import type { LogSize } from '../run/events.ts';

/** A log that comes to be with its first write: most steps without a container never say anything. */
export interface AttemptLog extends StepLog {
  /** What comes next is written from its beginning again: what is stored already will be dropped. */
  startOver(): Promise<void>;
  /** What was stored. Later writes, of a step that did not end when it was told to, are refused. */
  close(): Promise<LogSize>;
}

export function openAttemptLog(
  logs: LogStore,
  key: LogKey,
  masker: Masker,
  options: { readonly resume: boolean },
): AttemptLog {
  let { resume } = options;
  let writer: Promise<LogWriter> | undefined;
  let last: LogSize = { bytes: 0, lines: 0 };
  let closed = false;
  const opened = () => {
    if (closed) throw new StepFailure({ code: 'step.cancelled', message: 'the attempt has ended, and so has its log' });
    writer ??= logs.writer(key, masker, { resume }).catch((error: unknown) => {
      writer = undefined;
      throw error;
    });
    return writer;
  };
  const flush = async () => {
    if (!writer) return;
    const closing = await writer;
    last = await closing.close();
    writer = undefined;
    resume = true;
  };
  return {
    write: async (stream, data) => (await opened()).write(stream, data),
    section: async (title) => (await opened()).section(title),
    info: async (message) => (await opened()).info(message),
    warn: async (message) => (await opened()).warn(message),
    startOver: flush,
    async close() {
      await flush();
      closed = true;
      return last;
    },
  };
}
