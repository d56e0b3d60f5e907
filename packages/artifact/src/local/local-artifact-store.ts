import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  artifactMissing,
  checkArtifactKey,
  checkExecutionId,
  EngineError,
  type Artifact,
  type ArtifactStore,
  type Clock,
} from '@cicd/plugin';
import { sealArtifact, type Measured } from '../content/seal-artifact.ts';
import { openContent } from './content-reader.ts';
import { writeArtifactFile } from './content-writer.ts';
import { isErrno, storeError } from './errno.ts';
import { createFolder, flushFolder, removeFolderIfEmpty, storeFolders } from './folders.ts';
import { openArtifact, recordsIn, subfolders } from './index-of-files.ts';
import { removeLeftovers } from './leftovers.ts';
import { formatWriter, thisWriter } from './writer-identity.ts';

export interface LocalArtifactStoreOptions {
  /** Made when missing, readable by its owner only. Several processes may share it. */
  readonly folder: string;
  /** Dates the artifacts. Default: the system's clock. */
  readonly clock?: Pick<Clock, 'now'>;
}

const publishAttempts = 10;

/**
 * An artifact store in a folder of the local disk. Whenever the process or the machine dies, every artifact is there
 * whole or not at all; what a dead writer left is removed when the store is opened, at its first use.
 *
 * Errors: those of `ArtifactStore`, and `artifact.store_failed` (retryable) when the disk is full or refuses.
 */
export function createLocalArtifactStore(options: LocalArtifactStoreOptions): ArtifactStore {
  const root = resolve(options.folder);
  const clock = options.clock ?? { now: Date.now };
  const folders = storeFolders(root);
  const writer = formatWriter(thisWriter());
  let opened: Promise<void> | undefined;
  let closed = false;

  async function open(): Promise<void> {
    await createFolder(folders.incoming);
    await createFolder(folders.executions);
    await removeLeftovers(folders.incoming, clock.now());
  }

  function openOnce(): Promise<void> {
    return (opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    }));
  }

  /** Every operation: opens the store once, and gives the disk's errors their name. */
  async function using<Result>(operation: () => Promise<Result>): Promise<Result> {
    if (closed) throw new EngineError({ code: 'artifact.store_failed', message: 'the artifact store is closed' });
    try {
      await openOnce();
      return await operation();
    } catch (error) {
      throw storeError(error, root);
    }
  }

  async function publish(temporary: string, executionId: string, key: string): Promise<void> {
    const folder = folders.execution(executionId);
    for (let attempt = 1; ; attempt++) {
      await createFolder(folder);
      try {
        await rename(temporary, folders.artifact(executionId, key));
        break;
      } catch (error) {
        // A concurrent delete found the folder empty and removed it: make it again.
        if (!isErrno(error, 'ENOENT') || attempt === publishAttempts) throw error;
      }
    }
    await flushFolder(folder);
    await flushFolder(folders.executions);
  }

  async function remove(path: string, folder: string): Promise<boolean> {
    try {
      await rm(path);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return false;
      throw error;
    }
    await removeFolderIfEmpty(folder);
    return true;
  }

  async function list(executionId: string): Promise<readonly Artifact[]> {
    const artifacts: Artifact[] = [];
    for await (const { record } of recordsIn(folders.execution(executionId))) artifacts.push(record.artifact);
    return artifacts.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  return {
    specVersion: 'v1',

    async put(executionId, key, content, metadata = {}, { signal } = {}) {
      const temporary = join(folders.incoming, `${writer}_${randomUUID()}`);
      try {
        checkExecutionId(executionId);
        checkArtifactKey(key);
        signal?.throwIfAborted();
        return await using(async () => {
          const seal = (measured: Measured) => ({
            executionId,
            artifact: sealArtifact(key, metadata, measured, clock.now()),
          });
          try {
            const { artifact } = await writeArtifactFile(temporary, content, seal, signal);
            await publish(temporary, executionId, key);
            return artifact;
          } catch (error) {
            await rm(temporary, { force: true });
            throw error;
          }
        });
      } catch (error) {
        content.destroy();
        throw signal?.aborted ? signal.reason : error;
      }
    },

    async get(executionId, key) {
      checkExecutionId(executionId);
      checkArtifactKey(key);
      return using(async () => {
        const path = folders.artifact(executionId, key);
        const found = await openArtifact(path);
        if (!found) {
          const keys = (await list(executionId)).map((artifact) => artifact.key);
          throw artifactMissing(executionId, key, keys);
        }
        return { artifact: found.record.artifact, stream: openContent(found.file, path, found.record) };
      });
    },

    async list(executionId) {
      checkExecutionId(executionId);
      return using(() => list(executionId));
    },

    async delete(executionId, key) {
      checkExecutionId(executionId);
      checkArtifactKey(key);
      return using(() => remove(folders.artifact(executionId, key), folders.execution(executionId)));
    },

    async expire(now) {
      return using(async () => {
        let expired = 0;
        for (const folder of await subfolders(folders.executions)) {
          for await (const { path, record } of recordsIn(folder)) {
            const { expiresAt } = record.artifact;
            if (expiresAt !== undefined && Date.parse(expiresAt) <= now && (await remove(path, folder))) expired++;
          }
        }
        return expired;
      });
    },

    async close() {
      closed = true;
    },
  };
}
