import type { Readable } from 'node:stream';

/** How much of a cache was found: the key itself, the newest that begins as one asked for, or none. */
export type CacheHit = 'exact' | 'prefix' | 'none';

/**
 * What became of a cache that a step wanted to keep. `exists`: one of this key is there, and stays as it is;
 * `nothing`: there was none to keep; `untrusted`: this run may read caches and write none; `too_large`: it is larger than all caches may be together.
 */
export type CacheSaved = 'saved' | 'exists' | 'nothing' | 'untrusted' | 'too_large';

export interface FoundCache {
  readonly hit: 'exact' | 'prefix';
  /** The key that it was kept under. */
  readonly key: string;
  /** A tar archive relative to the workspace. Bytes that are not what was written end it with `artifact.corrupt`. */
  readonly content: Readable;
  /** For one that turned out to be of no use: the next run does not find it. */
  discard(): Promise<void>;
}

/** The caches of a project as one of its runs sees them. A cache belongs to its key and to the paths that it holds. */
export interface StepCaches {
  /** The cache of `key`; else the newest whose key begins with the first of `prefixes` that any begins with. */
  restore(paths: readonly string[], key: string, prefixes: readonly string[]): Promise<FoundCache | undefined>;
  /** Keeps what `content` gives, which is asked for it only when it is wanted. There whole afterwards, or not at all. */
  save(paths: readonly string[], key: string, content: () => Promise<Readable | undefined>): Promise<CacheSaved>;
}

/** For a platform that keeps no caches, and for tests: nothing is found, nothing is kept. */
export const noCaches: StepCaches = {
  restore: () => Promise.resolve(undefined),
  save: () => Promise.resolve('untrusted'),
};
