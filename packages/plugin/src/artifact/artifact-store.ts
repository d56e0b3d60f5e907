import type { Readable } from 'node:stream';

/** A stored artifact. */
export interface Artifact {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** SHA-256 of the content, lower-case hexadecimal. */
  readonly checksum: string;
  readonly mediaType?: string;
  /** `directory` artifacts are stored as one tar archive. */
  readonly kind: 'file' | 'directory';
  /** Number of files: 1, or the files of the directory. */
  readonly files: number;
  /** Who stored it: one key belongs to one step of a run. */
  readonly producer?: { readonly step: string; readonly attempt: number };
  /** ISO 8601; absent = kept until deleted. */
  readonly expiresAt?: string;
}

/** What the writer says about an artifact; the rest is measured. */
export type ArtifactMetadata = Pick<Partial<Artifact>, 'mediaType' | 'kind' | 'files' | 'producer' | 'expiresAt'>;

/**
 * Keeps artifacts by execution (run id) and key.
 *
 * - `put` is atomic: the artifact is there whole, with its checksum, or not at all. A second `put` of the same key
 *   replaces the first in one step; readers of the first keep reading it. An aborted or failing source leaves nothing.
 *   `metadata` may be a function, called when the source has ended, for what is known only then (the file count).
 * - `get` streams with flat memory and checks: a stream whose bytes do not match the checksum ends with
 *   `artifact.corrupt`, never with a clean end.
 * - Keys: 1–512 bytes of UTF-8, segments split by `/`; no empty, `.` or `..` segment, no control character, no
 *   backslash; execution ids: `[A-Za-z0-9][A-Za-z0-9._-]*`. Others: `artifact.key_refused`.
 * - A missing artifact: `artifact.not_found`, with the keys that exist in `details.keys`.
 * - `list` is ordered by key; `delete` is idempotent and says whether something was there.
 */
export interface ArtifactStore {
  readonly specVersion: 'v1';
  put(
    executionId: string,
    key: string,
    content: Readable,
    metadata?: ArtifactMetadata | (() => ArtifactMetadata),
    options?: { readonly signal?: AbortSignal },
  ): Promise<Artifact>;
  get(executionId: string, key: string): Promise<{ readonly artifact: Artifact; readonly stream: Readable }>;
  list(executionId: string): Promise<readonly Artifact[]>;
  delete(executionId: string, key: string): Promise<boolean>;
  /** Deletes what has expired by `now` (milliseconds since the epoch) and returns how many artifacts went. */
  expire(now: number): Promise<number>;
  close(): Promise<void>;
}
