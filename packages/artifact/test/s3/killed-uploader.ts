// Puts one artifact after another in a bucket until it is killed; a line on standard output for each that was acknowledged.
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { createS3ArtifactStore, type S3ArtifactStoreOptions } from '../../src/s3/index.ts';

const [options = '', run = 'run'] = process.argv.slice(2);
const store = createS3ArtifactStore(JSON.parse(options) as S3ArtifactStoreOptions);
for (let count = 0; ; count++) {
  // Every third one is uploaded in parts.
  const size = count % 3 === 2 ? 9_000_000 : 50_000;
  const { key, checksum } = await store.put(run, `key-${count % 4}`, Readable.from([randomBytes(size)]));
  process.stdout.write(`${key} ${checksum}\n`);
}
