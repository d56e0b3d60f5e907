import type { StepLog } from '@cicd/plugin';
import type { Masker } from '../masking/masker.ts';

export interface LogKey {
  readonly run: string;
  /** The step's key; `source` for the phase before the steps. */
  readonly step: string;
  readonly attempt: number;
}

/** Writes one attempt's log: masked, then appended to a file. */
export interface LogWriter extends StepLog {
  /** Flushes to disk; returns what was stored. The writer is closed. */
  close(): Promise<{ readonly bytes: number; readonly lines: number }>;
}

/** A piece of a log with what the index knows of it. */
export interface LogLine {
  /** From 1. */
  readonly number: number;
  /** Without the line end. */
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly stream: 'stdout' | 'stderr' | 'platform';
  /** Index and title of the section, where there is one. */
  readonly section?: { readonly index: number; readonly title: string };
}

/** The logs of an instance, as append-only files. */
export interface LogStore {
  /**
   * With `append` an existing log goes on where it ends. With `resume` too, but its writer drops the first bytes of
   * `write`, as many as `write` has stored already, and the sections in them, so that a source read again from its
   * beginning is stored without a gap or a repeat; lines of the platform are neither counted nor dropped.
   */
  writer(
    key: LogKey,
    masker: Masker,
    options?: { readonly append?: boolean; readonly resume?: boolean },
  ): Promise<LogWriter>;
  /** The log as it was: bytes from `fromByte`, following a live writer when `follow`. Errors: `log.not_found`. */
  read(
    key: LogKey,
    options?: { readonly fromByte?: number; readonly follow?: boolean; readonly signal?: AbortSignal },
  ): AsyncIterable<Uint8Array>;
  /** Lines from `fromLine` (1), with time, stream and section. */
  lines(
    key: LogKey,
    options?: { readonly fromLine?: number; readonly follow?: boolean; readonly signal?: AbortSignal },
  ): AsyncIterable<LogLine>;
  /** The last `count` lines, as they were. */
  tail(key: LogKey, count: number): Promise<readonly string[]>;
  attempts(run: string, step: string): Promise<readonly number[]>;
  delete(run: string): Promise<void>;
}
