import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { measureContent } from '../content/measure-content.ts';
import type { Measured } from '../content/seal-artifact.ts';
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
  seal: (measured: Measured) => ArtifactRecord,
  signal?: AbortSignal,
): Promise<ArtifactRecord> {
  let record: ArtifactRecord | undefined;
  const sealed = async function* (source: AsyncIterable<Uint8Array | string>) {
    yield* measureContent(source, (measured) => (record = seal(measured)));
    if (record) yield encodeRecord(record);
  };
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true, highWaterMark: bufferedBytes });
  await pipeline(content, sealed, file, signal ? { signal } : {});
  if (!record) throw new Error('a pipeline ended without its last step');
  return record;
}
