import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { SqliteDatabase } from '@cicd/database';
import { CicdError, type ArtifactStore, type Clock, type FoundCache } from '@cicd/plugin';
import {
  beginRow,
  bestRow,
  cacheRow,
  deleteRow,
  finishRow,
  rowsToEvict,
  touchRow,
  writtenRows,
  type CacheRow,
} from './cache-rows.ts';

/** Whose cache: it is found again by the same project, paths and key. */
export interface CacheAddress {
  readonly project: string;
  readonly paths: readonly string[];
  readonly key: string;
}

export interface CacheEntry extends CacheAddress {
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly usedAt: string;
}

/** What `put` did. `evicted`: caches that went because all together were too large. */
export interface CachePut {
  readonly outcome: 'saved' | 'exists' | 'nothing' | 'too_large';
  readonly evicted: readonly CacheEntry[];
}

/** The caches of a data folder. A cache never changes: another content has another key. */
export interface CacheStore {
  find(address: CacheAddress, prefixes: readonly string[]): Promise<FoundCache | undefined>;
  /** Of two that put the same at once, both succeed and one content stays. A failing source leaves nothing. */
  put(
    address: CacheAddress,
    content: () => Promise<Readable | undefined>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<CachePut>;
  /** Last used first. */
  list(filter?: { readonly project?: string }): Promise<readonly CacheEntry[]>;
  /** Removes those of a project, or those of it whose key begins so; returns them. */
  remove(filter: { readonly project: string; readonly prefix?: string }): Promise<readonly CacheEntry[]>;
}

export interface CacheStoreOptions {
  /** Opened with `cacheMigrations`. */
  readonly database: Pick<SqliteDatabase, 'read' | 'write'>;
  /** For contents; nobody else may use it. */
  readonly contents: ArtifactStore;
  readonly clock: Pick<Clock, 'now'>;
  /** Bytes of all caches together. */
  readonly quota: number;
}

/** Milliseconds after which a cache that is not written is taken for left behind. */
const abandonedAfter = 24 * 3_600_000;

export function createCacheStore({ database, contents, clock, quota }: CacheStoreOptions): CacheStore {
  const drop = async (row: CacheRow): Promise<void> => {
    // The row goes last: as long as it is there, what is left of the content is found again.
    await contents.delete(row.scope, contentKey(row.key));
    await database.write((connection) => deleteRow(connection, row));
  };

  const evict = async (): Promise<readonly CacheEntry[]> => {
    const rows = await database.read((connection) => rowsToEvict(connection, quota, clock.now() - abandonedAfter));
    for (const row of rows) await drop(row);
    return rows.filter(({ is_written: isWritten }) => isWritten).map(entryOf);
  };

  return {
    async find({ project, paths, key }, prefixes) {
      const scope = scopeOf(project, paths);
      for (;;) {
        const row = await database.read((connection) => bestRow(connection, scope, key, prefixes));
        if (!row) return undefined;
        try {
          const { stream } = await contents.get(scope, contentKey(row.key));
          await database.write((connection) => touchRow(connection, row, clock.now()));
          const hit = row.key === key ? 'exact' : 'prefix';
          return { hit, key: row.key, content: stream, discard: () => drop(row) };
        } catch (error) {
          if (!isDamage(error)) throw error;
          await drop(row);
        }
      }
    },

    async put({ project, paths, key }, content, options = {}) {
      const scope = scopeOf(project, paths);
      const there = await database.read((connection) => cacheRow(connection, scope, key));
      if (there?.is_written) return { outcome: 'exists', evicted: [] };
      const now = clock.now();
      const row: CacheRow = {
        scope,
        key,
        project,
        paths: JSON.stringify(paths),
        bytes: 0,
        created_at: now,
        used_at: now,
        is_written: 0,
      };
      const source = await content();
      if (!source) return { outcome: 'nothing', evicted: [] };
      await database.write((connection) => beginRow(connection, row));
      try {
        const { size } = await contents.put(scope, contentKey(key), source, { kind: 'directory' }, options);
        if (size > quota) {
          await drop(row);
          return { outcome: 'too_large', evicted: [] };
        }
        await database.write((connection) => finishRow(connection, row, size, clock.now()));
      } catch (error) {
        await database.write((connection) => {
          // Another process may have written the same meanwhile.
          if (!cacheRow(connection, scope, key)?.is_written) deleteRow(connection, row);
        });
        throw error;
      }
      return { outcome: 'saved', evicted: await evict() };
    },

    async list({ project } = {}) {
      const rows = await database.read(writtenRows);
      return rows.map(entryOf).filter((entry) => project === undefined || entry.project === project);
    },

    async remove({ project, prefix = '' }) {
      const rows = await database.read(writtenRows);
      const going = rows.filter((row) => row.project === project && row.key.startsWith(prefix));
      for (const row of going) await drop(row);
      return going.map(entryOf);
    },
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const scopeOf = (project: string, paths: readonly string[]) => sha256(JSON.stringify([project, paths.toSorted()]));

/** A key is any text; the name of a content is not. */
const contentKey = (key: string) => sha256(key);

const isDamage = (error: unknown) =>
  CicdError.isInstance(error) && (error.code === 'artifact.not_found' || error.code === 'artifact.corrupt');

const entryOf = (row: CacheRow): CacheEntry => ({
  project: row.project,
  paths: JSON.parse(row.paths) as string[],
  key: row.key,
  bytes: row.bytes,
  createdAt: new Date(row.created_at).toISOString(),
  usedAt: new Date(row.used_at).toISOString(),
});
