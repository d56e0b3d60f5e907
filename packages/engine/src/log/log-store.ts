import type { EngineError, StepLog } from '@cicd/plugin';
import type { Masker } from '../masking/masker.ts';

export interface LogKey {
  readonly run: string;
  /** The step's key; `source` for the phase before the steps. */
  readonly step: string;
  readonly attempt: number;
}

/** Writes one attempt's log: masked, then appended to a file. */
export interface LogWriter extends StepLog {
  /**
   * Flushes to disk; returns what is stored in all. The writer is closed, and followers end. With `resumable` the log
   * only pauses: what may be the beginning of a secret is not stored, because a writer with `resume` reads it again,
   * and followers wait for that writer.
   */
  close(options?: { readonly resumable?: boolean }): Promise<{ readonly bytes: number; readonly lines: number }>;
}

export interface LogWriterOptions {
  /**
   * An existing log goes on, and its source is read again from the beginning: of each stream as many masked bytes are
   * dropped as are stored already, so that nothing is missing or there twice. Sections, and the platform's lines, that
   * are stored already are not stored again. The masker must know the same secrets.
   */
  readonly resume?: boolean;
  /** An existing log goes on with what is new; nothing is dropped. */
  readonly append?: boolean;
  /** Told each time that the disk refuses, before the next try at `until` (milliseconds since the epoch). */
  onTrouble?(error: EngineError, until: number): void;
}

/** A piece of a log with what the index knows of it. */
export interface LogLine {
  /** From 1. */
  readonly number: number;
  /** Without the line end (`\n` or `\r\n`); at most 256 KiB of it. */
  readonly text: string;
  /** How many bytes of a longer line `text` lacks; `read` has them. */
  readonly cut?: number;
  /** Milliseconds since the epoch; in a log over some MiB up to a second early. */
  readonly time: number;
  /** Where the line began. */
  readonly stream: LogStream;
  /** Index (from 0) and title of the section, where there is one. */
  readonly section?: { readonly index: number; readonly title: string };
}

export type LogStream = 'stdout' | 'stderr' | 'platform';

/** Reading and following end with the signal's reason when it is aborted. */
export interface LogReadOptions {
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/** The logs of an instance, as append-only files. */
export interface LogStore {
  /** Errors: `log.exists` for an existing log without `resume` or `append`, and for one that has a writer here. */
  writer(key: LogKey, masker: Masker, options?: LogWriterOptions): Promise<LogWriter>;
  /** The log as it was: bytes from `fromByte`, following a live writer when `follow`. Errors: `log.not_found`. */
  read(key: LogKey, options?: LogReadOptions & { readonly fromByte?: number }): AsyncIterable<Uint8Array>;
  /** Lines from `fromLine` (1), with time, stream and section. */
  lines(key: LogKey, options?: LogReadOptions & { readonly fromLine?: number }): AsyncIterable<LogLine>;
  /** The last `count` lines, as they were, from the last 4 MiB of the log. */
  tail(key: LogKey, count: number): Promise<readonly string[]>;
  attempts(run: string, step: string): Promise<readonly number[]>;
  delete(run: string): Promise<void>;
}
