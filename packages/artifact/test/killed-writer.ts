// Puts one artifact after another until it is killed; a line on standard output for each that was acknowledged.
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { createLocalArtifactStore } from '../src/index.ts';

const [folder = '', run = 'run'] = process.argv.slice(2);
const store = createLocalArtifactStore({ folder });
for (let count = 0; ; count++) {
  const { key, checksum } = await store.put(
    run,
    `key-${count % 4}`,
    Readable.from([randomBytes(100_000), randomBytes(100_000)]),
  );
  process.stdout.write(`${key} ${checksum}\n`);
}
