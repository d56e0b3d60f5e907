import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { checkArtifactKey, checkExecutionId } from '../../artifact/artifact-key.ts';
import { artifactMissing } from '../../artifact/artifact-missing.ts';
import type { Artifact, ArtifactStore } from '../../artifact/artifact-store.ts';
import type { Clock } from '../../clock.ts';
import { EngineError } from '../../errors/engine-error.ts';

export interface MemoryArtifactStore extends ArtifactStore {
  /** Flips one bit of the stored content, as a bad disk would. */
  flipBit(executionId: string, key: string): void;
}

const digest = (content: Buffer) => createHash('sha256').update(content).digest('hex');

/** An artifact store without a disk, for tests. */
export function createMemoryArtifactStore(clock: Pick<Clock, 'now'> = { now: Date.now }): MemoryArtifactStore {
  const executions = new Map<string, Map<string, { readonly artifact: Artifact; readonly content: Buffer }>>();
  const inOrder = (executionId: string) =>
    [...(executions.get(executionId)?.values() ?? [])]
      .map((stored) => stored.artifact)
      .toSorted((a, b) => (a.key < b.key ? -1 : 1));

  function find(executionId: string, key: string) {
    checkExecutionId(executionId);
    checkArtifactKey(key);
    const stored = executions.get(executionId)?.get(key);
    if (!stored)
      throw artifactMissing(
        executionId,
        key,
        inOrder(executionId).map((artifact) => artifact.key),
      );
    return stored;
  }

  return {
    specVersion: 'v1',
    async put(executionId, key, content, metadata = {}, { signal } = {}) {
      const abort = () => content.destroy(signal?.reason as Error);
      try {
        checkExecutionId(executionId);
        checkArtifactKey(key);
        signal?.throwIfAborted();
        signal?.addEventListener('abort', abort, { once: true });
        const chunks: Buffer[] = [];
        for await (const chunk of content as AsyncIterable<Uint8Array | string>)
          chunks.push(Buffer.from(chunk as Uint8Array));
        signal?.throwIfAborted();
        const bytes = Buffer.concat(chunks);
        const said = typeof metadata === 'function' ? metadata() : metadata;
        const createdAt = new Date(clock.now()).toISOString();
        const artifact: Artifact = {
          kind: 'file',
          files: 1,
          ...said,
          key,
          createdAt,
          size: bytes.length,
          checksum: digest(bytes),
        };
        if (!executions.has(executionId)) executions.set(executionId, new Map());
        executions.get(executionId)?.set(key, { artifact, content: bytes });
        return artifact;
      } catch (error) {
        content.destroy();
        throw signal?.aborted ? signal.reason : error;
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    async get(executionId, key) {
      const { artifact, content } = find(executionId, key);
      async function* checked() {
        yield content;
        if (digest(content) !== artifact.checksum) {
          throw new EngineError({
            code: 'artifact.corrupt',
            message: `the artifact "${key}" of run ${executionId} does not match its checksum`,
          });
        }
      }
      return { artifact, stream: Readable.from(checked(), { objectMode: false }) };
    },
    async list(executionId) {
      checkExecutionId(executionId);
      return inOrder(executionId);
    },
    async delete(executionId, key) {
      checkExecutionId(executionId);
      checkArtifactKey(key);
      return executions.get(executionId)?.delete(key) ?? false;
    },
    async expire(now) {
      let expired = 0;
      for (const stored of executions.values()) {
        for (const [key, { artifact }] of stored) {
          if (artifact.expiresAt !== undefined && Date.parse(artifact.expiresAt) <= now && stored.delete(key))
            expired++;
        }
      }
      return expired;
    },
    async close() {},
    flipBit(executionId, key) {
      const { content } = find(executionId, key);
      content.writeUInt8(content.readUInt8(0) ^ 1, 0);
    },
  };
}
