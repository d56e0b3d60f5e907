import { readdir, rm } from 'node:fs/promises';
import { EngineError, type Clock } from '@cicd/plugin';
import type { Masker } from '../masking/masker.ts';
import { FileLogWriter } from './file-log-writer.ts';
import { LiveLog } from './live-log.ts';
import { LogAppender } from './log-appender.ts';
import { openLogFiles } from './log-files.ts';
import { LogFollower } from './log-follower.ts';
import { attemptOf, logPaths, runFolder, stepFolder } from './log-paths.ts';
import { LogQuotas } from './log-quota.ts';
import type { LogKey, LogLine, LogReadOptions, LogStore, LogWriter, LogWriterOptions } from './log-store.ts';
import { openLog, type OpenLog } from './open-log.ts';
import { readBytes, type ReadBytesOptions } from './read-bytes.ts';
import { readLines } from './read-lines.ts';
import { readTail } from './read-tail.ts';
import { recoverLog } from './recover-log.ts';
import { StoredBefore } from './stored-before.ts';
import { isSystemError } from './system-error.ts';

export interface FileLogStoreOptions {
  /** Holds nothing else. Made when the first log is. */
  readonly folder: string;
  readonly clock: Clock;
  /** What the logs of one run may hold together; then a step that goes on writing fails with `log.quota_exceeded`. Default: no limit. */
  readonly maxBytesPerRun?: number;
  /** Told each time the disk refuses to take a log, which waits and tries again at `until` (milliseconds since the epoch). */
  onTrouble?(key: LogKey, error: EngineError, until: number): void;
}

/**
 * Logs as files: `<folder>/<run>/<step>/<attempt>.log` with the masked bytes, and beside it an index of places (byte,
 * line, time, stream, section). Readers use only the files, so that they may be in another process, and as slow as
 * they like.
 */
export function createFileLogStore(options: FileLogStoreOptions): LogStore {
  return new FileLogStore(options);
}

class FileLogStore implements LogStore {
  readonly #options: FileLogStoreOptions;
  readonly #live = new Map<string, LiveLog>();
  readonly #quotas: LogQuotas | undefined;

  constructor(options: FileLogStoreOptions) {
    this.#options = options;
    this.#quotas = options.maxBytesPerRun === undefined ? undefined : new LogQuotas(options.maxBytesPerRun);
  }

  async writer(key: LogKey, masker: Masker, options: LogWriterOptions = {}): Promise<LogWriter> {
    const paths = logPaths(this.#options.folder, key);
    if (this.#live.has(paths.log)) throw logExists(key, 'is being written');
    const live = new LiveLog();
    this.#live.set(paths.log, live);
    try {
      return await this.#open(key, masker, options, live);
    } catch (error) {
      this.#end(paths.log, live);
      throw error;
    }
  }

  async *read(
    key: LogKey,
    { fromByte = 0, ...options }: LogReadOptions & { readonly fromByte?: number } = {},
  ): AsyncGenerator<Uint8Array, void> {
    yield* this.#reading(key, options, (log, reading) => readBytes(log, { ...reading, from: Math.max(0, fromByte) }));
  }

  async *lines(
    key: LogKey,
    { fromLine = 1, ...options }: LogReadOptions & { readonly fromLine?: number } = {},
  ): AsyncGenerator<LogLine, void> {
    yield* this.#reading(key, options, (log, reading) => readLines(log, Math.max(1, fromLine), reading));
  }

  async tail(key: LogKey, count: number): Promise<readonly string[]> {
    const log = await openLog(logPaths(this.#options.folder, key), key);
    try {
      return await readTail(log.file, Math.max(0, count));
    } finally {
      await log.close();
    }
  }

  async attempts(run: string, step: string): Promise<readonly number[]> {
    const names = await readdir(stepFolder(this.#options.folder, run, step)).catch((error: unknown) => {
      if (isSystemError(error, 'ENOENT')) return [];
      throw error;
    });
    return names.flatMap((name) => attemptOf(name) ?? []).toSorted((left, right) => left - right);
  }

  async delete(run: string): Promise<void> {
    await rm(runFolder(this.#options.folder, run), { recursive: true, force: true });
  }

  async #open(
    key: LogKey,
    masker: Masker,
    { resume = false, append = false, onTrouble: tell }: LogWriterOptions,
    live: LiveLog,
  ): Promise<LogWriter> {
    const { folder, clock, onTrouble } = this.#options;
    const paths = logPaths(folder, key);
    const files = await openLogFiles(paths, { existing: resume || append }).catch((error: unknown) => {
      throw isSystemError(error, 'EEXIST') ? logExists(key, 'exists') : error;
    });
    const recovered = await recoverLog(files);
    const quota = await this.#quotas?.of(runFolder(folder, key.run));
    return new FileLogWriter({
      appender: new LogAppender({
        files,
        stand: recovered.stand,
        clock,
        live,
        onTrouble: (error, until) => {
          onTrouble?.(key, error, until);
          tell?.(error, until);
        },
      }),
      masker,
      before: resume ? new StoredBefore(recovered) : new StoredBefore(),
      quota,
      onClosed: () => this.#end(paths.log, live),
    });
  }

  #end(path: string, live: LiveLog): void {
    this.#live.delete(path);
    live.announce();
  }

  async *#reading<Item>(
    key: LogKey,
    { follow = false, signal }: LogReadOptions,
    read: (log: OpenLog, options: Omit<ReadBytesOptions, 'from'>) => AsyncIterable<Item>,
  ): AsyncGenerator<Item, void> {
    const paths = logPaths(this.#options.folder, key);
    const log = await openLog(paths, key);
    const follower = follow ? new LogFollower(paths.folder, () => this.#live.get(paths.log)) : undefined;
    try {
      yield* read(log, { follower, signal });
    } finally {
      follower?.stop();
      await log.close();
    }
  }
}

function logExists(key: LogKey, how: string): EngineError {
  return new EngineError({
    code: 'log.exists',
    message: `the log of run ${key.run}, step "${key.step}", attempt ${key.attempt} ${how} already`,
    hint: 'Open it with `resume` or `append` to go on with it.',
    details: { ...key },
  });
}
