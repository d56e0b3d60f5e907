import { watch, type FSWatcher } from 'node:fs';
import { EngineError } from '@cicd/plugin';
import { LiveLog } from './live-log.ts';

/**
 * Wakes one follower of a log: the writer in this process does, or the file system where the writer is in another
 * process. Nothing is polled.
 */
export class LogFollower {
  readonly #folder: string;
  readonly #live: () => LiveLog | undefined;
  readonly #foreign = new LiveLog();
  #watcher: FSWatcher | undefined;
  #failure: Error | undefined;

  /** `folder` holds the log and its index; `live` gives the log while it has a writer in this process. */
  constructor(folder: string, live: () => LiveLog | undefined) {
    this.#folder = folder;
    this.#live = live;
  }

  /** Resolves at the next change after this call. Call it before looking at what is there. */
  next(): Promise<void> {
    const live = this.#live();
    if (live !== undefined) return live.changed;
    if (this.#failure !== undefined) throw this.#failure;
    this.#watcher ??= this.#watch();
    return this.#foreign.changed;
  }

  stop(): void {
    this.#watcher?.close();
  }

  #watch(): FSWatcher {
    const watcher = watch(this.#folder, () => this.#foreign.announce());
    watcher.on('error', (cause) => {
      this.#failure = new EngineError({
        code: 'log.watch_failed',
        message: `the log in ${this.#folder} cannot be followed`,
        hint: 'The system may be out of file watches; read the log again, or raise fs.inotify.max_user_watches.',
        retryable: true,
        cause,
      });
      this.#foreign.announce();
    });
    return watcher;
  }
}

/** Waits for `change`; rejects with the signal's reason when it is aborted first. */
export async function waitForChange(change: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return await change;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([change, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
