import type { StepLog } from '@cicd/plugin';
import type { LogKey, LogStore, LogWriter } from '../log/log-store.ts';
import type { Masker } from '../masking/masker.ts';
import type { LogSize } from '../run/events.ts';

/** A log that comes to be with its first write: most steps without a container never say anything. */
export interface AttemptLog extends StepLog {
  /** What was stored; the log is closed, and opened again by a later write. */
  close(): Promise<LogSize>;
}

export function openAttemptLog(logs: LogStore, key: LogKey, masker: Masker, options: { readonly resume: boolean }): AttemptLog {
  let { resume } = options;
  let writer: Promise<LogWriter> | undefined;
  let last: LogSize = { bytes: 0, lines: 0 };
  const opened = () => {
    writer ??= logs.writer(key, masker, { resume }).catch((error: unknown) => {
      writer = undefined;
      throw error;
    });
    return writer;
  };
  return {
    write: async (stream, data) => (await opened()).write(stream, data),
    section: async (title) => (await opened()).section(title),
    info: async (message) => (await opened()).info(message),
    warn: async (message) => (await opened()).warn(message),
    async close() {
      if (!writer) return last;
      const closing = await writer;
      writer = undefined;
      resume = true;
      last = await closing.close();
      return last;
    },
  };
}
