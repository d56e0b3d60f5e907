import { randomUUID } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createS3ArtifactStore } from '@cicd/artifact/s3';
import { requirePart } from '@cicd/testbed/require';
import { comparedTime, milliseconds, type Benchmark } from './benchmark.ts';

const size = 64 * 1024 * 1024;
const small = 100;

const content = (): Readable => {
  const block = Buffer.alloc(1024 * 1024, 'artifact content ');
  return Readable.from(Array.from({ length: size / block.length }, () => block));
};

async function put(url: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
  const { ok, status } = await fetch(url, { method: 'PUT', body });
  if (!ok) throw new Error(`the service answered ${status}`);
}

/** The store in a bucket beside the same bytes in plain requests without a signature. */
export const bucket: Benchmark = {
  name: 'bucket',
  needsEngine: false,
  async run() {
    const { endpoint, region, accessKeyId, secretAccessKey } = requirePart('s3-second');
    const name = `bench-${randomUUID()}`;
    await put(`${endpoint}/${name}`, new Uint8Array());
    const credentials = { accessKeyId, secretAccessKey };
    const store = createS3ArtifactStore({ bucket: name, endpoint, region, credentials, pathStyle: true });
    try {
      // Loads the SDK.
      await store.list('run');
      const whole = new Uint8Array(size);
      const plainPut = await milliseconds(() => put(`${endpoint}/${name}/plain`, whole));
      const stored = await milliseconds(() => store.put('run', 'large', content()));
      const plainGet = await milliseconds(async () => (await fetch(`${endpoint}/${name}/plain`)).arrayBuffer());
      const read = await milliseconds(async () => {
        const { stream } = await store.get('run', 'large');
        await pipeline(stream, new Writable({ write: (_chunk, _encoding, done) => done() }));
      });
      const keys = Array.from({ length: small }, (_, index) => `small-${index}`);
      const plainMany = await milliseconds(async () => {
        for (const key of keys) await put(`${endpoint}/${name}/${key}`, new Uint8Array(100));
      });
      const storedMany = await milliseconds(async () => {
        for (const key of keys) await store.put('run', key, Readable.from([Buffer.alloc(100)]));
      });
      return [
        comparedTime('artifact of 64 MB into a bucket', stored, { name: 'one plain request', time: plainPut }, 3),
        comparedTime('the same read, checked', read, { name: 'one plain request', time: plainGet }, 3),
        comparedTime(`${small} small artifacts`, storedMany, { name: `${small} plain requests`, time: plainMany }, 6),
      ];
    } finally {
      await store.close();
    }
  },
};
