import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { pipeline, Readable, Transform } from 'node:stream';
import { corrupt, type ArtifactRecord } from './artifact-file.ts';

const chunkBytes = 256 * 1024;

/** The content as a stream that ends well only if every byte was right. Closes the file, read to the end or not. */
export function openContent(file: FileHandle, path: string, record: ArtifactRecord): Readable {
  const { size, checksum } = record.artifact;
  const hash = createHash('sha256');
  let seen = 0;
  const checked = new Transform({
    readableHighWaterMark: chunkBytes,
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      seen += chunk.length;
      done(null, chunk);
    },
    flush(done) {
      done(seen === size && hash.digest('hex') === checksum ? null : corrupt(path, record));
    },
  });
  // `end` is inclusive and may not be negative: an empty artifact has no range to read.
  const stored =
    size === 0 ? emptyOf(file) : file.createReadStream({ start: 0, end: size - 1, highWaterMark: chunkBytes });
  // The error, if any, is already where the reader sees it: on `checked`.
  pipeline(stored, checked, () => undefined);
  return checked;
}

function emptyOf(file: FileHandle): Readable {
  return new Readable({
    read() {
      this.push(null);
    },
    destroy(error, done) {
      file.close().then(() => done(error), done);
    },
  });
}
