import { randomUUID } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import {
  artifactMissing,
  checkArtifactKey,
  checkExecutionId,
  EngineError,
  type Artifact,
  type ArtifactStore,
  type Clock,
} from '@cicd/plugin';
import { checkedContent } from '../content/checked-content.ts';
import { corruptArtifact } from '../content/corrupt-artifact.ts';
import { measureContent } from '../content/measure-content.ts';
import { sealArtifact, type Measured } from '../content/seal-artifact.ts';
import { bucketTrouble } from './bucket-trouble.ts';
import { Bucket } from './bucket.ts';
import { connectS3, type S3Connection } from './connect.ts';
import { dueContents } from './due-contents.ts';
import { encodeEntry, readEntry, type IndexEntry } from './index-entry.ts';
import { keyHashOf, objectNames } from './names.ts';

export interface S3ArtifactStoreOptions extends S3Connection {
  /** It exists already. */
  readonly bucket: string;
  /** What every name of an object begins with. Default: nothing. Stores with different prefixes may share a bucket. */
  readonly prefix?: string;
  /** A client made elsewhere, used in place of the options of the connection, and not closed with the store. */
  readonly client?: S3Client;
  /** Dates the artifacts. Default: the system's clock. */
  readonly clock?: Pick<Clock, 'now'>;
}

/** Entries read at the same time for a list. */
const readsAtOnce = 16;

/**
 * An artifact store in a bucket of a service that speaks S3. Whatever dies, and whenever, every artifact is there whole
 * or not at all: its content is uploaded under a name of its own, and becomes the artifact by one small object that is
 * written last. What an unfinished or replaced upload has left goes with `expire` after seven days.
 *
 * Memory: about 40 MiB for each upload. Errors: those of `ArtifactStore`, and `artifact.store_failed`: retryable when
 * the service is away or ill, and not when it refuses.
 *
 * @example
 * const store = createS3ArtifactStore({ bucket: 'artifacts', endpoint: 'http://127.0.0.1:9000', pathStyle: true });
 */
export function createS3ArtifactStore(options: S3ArtifactStoreOptions): ArtifactStore {
  const clock = options.clock ?? { now: Date.now };
  const given = options.client;
  const bucket = new Bucket(options.bucket, given ? () => Promise.resolve(given) : () => connectS3(options));
  const names = objectNames(options.prefix ?? '');
  const dues = dueContents(bucket, names, findEntry);
  let closed = false;

  async function entryNamed(name: string): Promise<IndexEntry | undefined> {
    const stream = await bucket.open(name);
    if (stream === undefined) return undefined;
    try {
      return await readEntry(stream, name);
    } catch (error) {
      throw bucketTrouble(bucket.name, 'give an object', error);
    }
  }

  function findEntry(executionId: string, keyHash: string): Promise<IndexEntry | undefined> {
    return entryNamed(names.index(executionId, keyHash));
  }

  async function list(executionId: string): Promise<readonly Artifact[]> {
    const artifacts: Artifact[] = [];
    let reading: Promise<IndexEntry | undefined>[] = [];
    const take = async (): Promise<void> => {
      for (const entry of await Promise.all(reading)) if (entry) artifacts.push(entry.artifact);
      reading = [];
    };
    for await (const name of bucket.list(names.indexOf(executionId))) {
      reading.push(entryNamed(name));
      if (reading.length === readsAtOnce) await take();
    }
    await take();
    return artifacts.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Removes what a failed upload may have left. Where that fails too it is done when the content is due. */
  async function discard(name: string): Promise<void> {
    await Promise.allSettled([bucket.abortUploads(name, Number.POSITIVE_INFINITY), bucket.remove(name)]);
  }

  /** Every operation: refuses what may not be asked. */
  function check(executionId: string, key?: string): void {
    checkExecutionId(executionId);
    if (key !== undefined) checkArtifactKey(key);
    if (closed) throw new EngineError({ code: 'artifact.store_failed', message: 'the artifact store is closed' });
  }

  return {
    specVersion: 'v1',

    async put(executionId, key, content, metadata = {}, { signal } = {}) {
      let sourceTrouble: unknown;
      try {
        check(executionId, key);
        signal?.throwIfAborted();
        const place = { executionId, keyHash: keyHashOf(key), contentId: randomUUID() };
        // Whoever takes the artifact's place while this uploads marks what was there, and has marked his own content.
        const [before] = await Promise.all([findEntry(executionId, place.keyHash), dues.begin(place, clock.now())]);
        let measured: Measured | undefined;
        const body = Readable.from(
          measureContent(content, (found) => (measured = found)),
          { objectMode: false },
        );
        // What the source says is told as it is, and not as the service's trouble.
        body.once('error', (error) => (sourceTrouble = error));
        const stop = (): void => void body.destroy(signal?.reason as Error);
        signal?.addEventListener('abort', stop, { once: true });
        try {
          await bucket.upload(names.content(place), body, signal);
        } catch (error) {
          body.destroy();
          await discard(names.content(place));
          throw error;
        } finally {
          signal?.removeEventListener('abort', stop);
        }
        if (measured === undefined) throw new Error('an upload ended before its content');
        const artifact = sealArtifact(key, metadata, measured, clock.now());
        if (artifact.expiresAt !== undefined) await dues.willExpire(place, Date.parse(artifact.expiresAt), clock.now());
        signal?.throwIfAborted();
        if (before) await dues.replaced({ ...place, contentId: before.contentId }, clock.now());
        const entry = encodeEntry({ executionId, artifact, contentId: place.contentId });
        await bucket.put(names.index(executionId, place.keyHash), entry);
        return artifact;
      } catch (error) {
        content.destroy();
        throw signal?.aborted ? signal.reason : (sourceTrouble ?? error);
      }
    },

    async get(executionId, key) {
      check(executionId, key);
      const keyHash = keyHashOf(key);
      const entry = await findEntry(executionId, keyHash);
      if (!entry) {
        const keys = (await list(executionId)).map((artifact) => artifact.key);
        throw artifactMissing(executionId, key, keys);
      }
      const name = names.content({ executionId, keyHash, contentId: entry.contentId });
      const corrupt = (): Error =>
        corruptArtifact(`the artifact "${key}" of run ${executionId}`, `${bucket.name}/${name}`);
      const stored = await bucket.open(name);
      if (stored === undefined) throw corrupt();
      const checked = checkedContent(entry.artifact, corrupt);
      stored.on('error', (error) => checked.destroy(bucketTrouble(bucket.name, 'give a whole content', error)));
      // The error, if any, is already where the reader sees it: on `checked`.
      pipeline(stored, checked, () => undefined);
      return { artifact: entry.artifact, stream: checked };
    },

    async list(executionId) {
      check(executionId);
      return list(executionId);
    },

    async delete(executionId, key) {
      check(executionId, key);
      const keyHash = keyHashOf(key);
      const entry = await findEntry(executionId, keyHash);
      if (!entry) return false;
      await bucket.remove(names.index(executionId, keyHash));
      await bucket.remove(names.content({ executionId, keyHash, contentId: entry.contentId }));
      return true;
    },

    expire: (now) => dues.settle(now),

    async close() {
      closed = true;
      if (!given) await bucket.close();
    },
  };
}
