import type { FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { checkedContent } from '../content/checked-content.ts';
import { corrupt, type ArtifactRecord } from './artifact-file.ts';

const chunkBytes = 256 * 1024;

/** The content as a stream that ends well only if every byte was right. Closes the file, read to the end or not. */
export function openContent(file: FileHandle, path: string, record: ArtifactRecord): Readable {
  const { size } = record.artifact;
  const checked = checkedContent(record.artifact, () => corrupt(path, record));
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
