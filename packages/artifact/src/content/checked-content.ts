import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import type { Measured } from './seal-artifact.ts';

const chunkBytes = 256 * 1024;

/** Hands a stored content on, and ends well only if every byte was right. */
export function checkedContent({ size, checksum }: Measured, corrupt: () => Error): Transform {
  const hash = createHash('sha256');
  let seen = 0;
  return new Transform({
    readableHighWaterMark: chunkBytes,
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      seen += chunk.length;
      done(null, chunk);
    },
    flush(done) {
      done(seen === size && hash.digest('hex') === checksum ? null : corrupt());
    },
  });
}
