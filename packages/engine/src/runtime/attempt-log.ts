import { StepFailure, type CicdError, type StepLog } from '@cicd/plugin';
import type { LogKey, LogStore, LogWriter } from '../log/log-store.ts';
import type { Masker } from '../masking/masker.ts';
import type { LogSize } from '../run/events.ts';

/** A log that comes to be with its first write: most steps without a container never say anything. */
export interface AttemptLog extends StepLog {
  /** What comes next is written from its beginning again: what is stored already will be dropped. */
  startOver(): Promise<void>;
  /** Ends here, not the log: whoever takes the attempt up writes it again from its beginning. */
  pause(): Promise<LogSize>;
  /** What was stored. Later writes, of a step that did not end when it was told to, are refused. */
  close(): Promise<LogSize>;
}

export interface AttemptLogOptions {
  readonly logs: LogStore;
  readonly key: LogKey;
  readonly masker: Masker;
  /** The attempt may have a log already, which goes on where it ends. */
  readonly append: boolean;
  onOpened(key: LogKey): void;
  /** The disk refuses; the log waits, and with it the step. */
  onTrouble(error: CicdError): void;
}

export function createAttemptLog({ logs, key, masker, append, onOpened, onTrouble }: AttemptLogOptions): AttemptLog {
  let mode: { readonly append?: boolean; readonly resume?: boolean } = { append };
  let writer: Promise<LogWriter> | undefined;
  let last: LogSize = { bytes: 0, lines: 0 };
  let closed = false;
  /** Paused, so that readers wait for what comes next. */
  let paused = false;
  const open = async () => {
    try {
      const opening = await logs.writer(key, masker, { ...mode, onTrouble });
      onOpened(key);
      paused = false;
      return opening;
    } catch (error) {
      writer = undefined;
      throw error;
    }
  };
  const opened = () => {
    if (closed) throw new StepFailure({ code: 'step.cancelled', message: 'the attempt has ended, and so has its log' });
    writer ??= open();
    return writer;
  };
  const flush = async (resumable = false) => {
    if (!writer) return;
    const closing = await writer;
    last = await closing.close({ resumable });
    paused = resumable;
    writer = undefined;
  };
  return {
    write: async (stream, data) => (await opened()).write(stream, data),
    section: async (title) => (await opened()).section(title),
    info: async (message) => (await opened()).info(message),
    warn: async (message) => (await opened()).warn(message),
    async startOver() {
      // What is held back may be half a secret: it is read again as a whole.
      await flush(true);
      mode = { resume: true };
    },
    async pause() {
      await flush(true);
      closed = true;
      return last;
    },
    async close() {
      if (paused) await opened();
      await flush();
      closed = true;
      return last;
    },
  };
}
