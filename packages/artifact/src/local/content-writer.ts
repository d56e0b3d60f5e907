import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { encodeRecord, type ArtifactRecord } from './artifact-file.ts';

/** Large enough to amortise a system call, small enough to overlap hashing with writing. */
const bufferedBytes = 1024 * 1024;

/**
 * Writes content and record into a new file and flushes it to disk. `seal` is called once, when the source has ended,
 * with what was measured.
 */
export async function writeArtifactFile(
  path: string,
  content: Readable,
  seal: (measured: { readonly size: number; readonly checksum: string }) => ArtifactRecord,
  signal?: AbortSignal,
): Promise<ArtifactRecord> {
  let record: ArtifactRecord | undefined;
  const sealed = async function* (source: AsyncIterable<Uint8Array | string>) {
    const hash = createHash('sha256');
    let size = 0;
    for await (const piece of source) {
      const chunk = typeof piece === 'string' ? Buffer.from(piece) : piece;
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
    record = seal({ size, checksum: hash.digest('hex') });
    yield encodeRecord(record);
  };
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true, highWaterMark: bufferedBytes });
  await pipeline(content, sealed, file, signal ? { signal } : {});
  if (!record) throw new Error('a pipeline ended without its last step');
  return record;
}
