import { createHash } from 'node:crypto';
import type { Measured } from './seal-artifact.ts';

/** Hands a content on piece by piece, and tells its size and checksum once the source has ended. */
export async function* measureContent(
  source: AsyncIterable<Uint8Array | string>,
  atEnd: (measured: Measured) => void,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of source) {
    const chunk =
      typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    hash.update(chunk);
    size += chunk.length;
    yield chunk;
  }
  atEnd({ size, checksum: hash.digest('hex') });
}
