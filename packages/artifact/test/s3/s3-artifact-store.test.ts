import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describeWith } from '@cicd/testbed';
import { createS3ArtifactStore } from '../../src/s3/index.ts';
import { keyHashOf } from '../../src/s3/names.ts';
import { bucketSubject, type BucketSubject } from './bucket-subject.ts';
import { cuttingProxy } from './cutting-proxy.ts';

const day = 24 * 60 * 60 * 1000;
const text = async (stream: Readable) => (await buffer(stream)).toString();

for (const part of ['s3', 's3-second'] as const) {
  describeWith([part], `the store in a bucket of ${part}`, (parts) => {
    let subject: BucketSubject;
    beforeAll(async () => {
      subject = await bucketSubject(parts[part]);
    });
    afterAll(() => subject.dispose());

    const contentsOf = async (run: string) =>
      (await subject.objects()).filter((name) => name.startsWith(`content/${run}/`));

    it('lists more artifacts than fit on a page of the service', async () => {
      const keys = Array.from({ length: 1001 }, (_, index) => `key-${String(index).padStart(4, '0')}`);
      const artifact = await subject.store.put('run-paged', keys[0] ?? '', Readable.from(['x']));
      // Their contents do not matter to a list.
      const { bucket, prefix } = subject.options;
      const entry = (key: string) =>
        JSON.stringify({ version: 1, executionId: 'run-paged', artifact: { ...artifact, key }, contentId: 'none' });
      const left = keys.slice(1);
      const writers = Array.from({ length: 16 }, async () => {
        for (let key = left.pop(); key !== undefined; key = left.pop()) {
          const Key = `${prefix}index/run-paged/${keyHashOf(key)}`;
          await subject.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Buffer.from(entry(key)) }));
        }
      });
      await Promise.all(writers);
      expect((await subject.store.list('run-paged')).map(({ key }) => key)).toEqual(keys);
    }, 120_000);

    it('keeps what was replaced for those who read it, and lets it go after a week', async () => {
      await subject.store.put('run-week', 'key', Readable.from(['first']));
      await subject.store.put('run-week', 'key', Readable.from(['second']));
      await subject.store.expire(Date.now() + 6 * day);
      expect(await contentsOf('run-week')).toHaveLength(2);
      expect(await subject.store.expire(Date.now() + 8 * day)).toBe(0);
      expect(await contentsOf('run-week')).toHaveLength(1);
      expect(await text((await subject.store.get('run-week', 'key')).stream)).toBe('second');
      // Also when nothing is left to remember of the first upload.
      await subject.store.put('run-week', 'key', Readable.from(['third']));
      await subject.store.expire(Date.now() + 16 * day);
      expect(await contentsOf('run-week')).toHaveLength(1);
      expect(await text((await subject.store.get('run-week', 'key')).stream)).toBe('third');
    });

    it('does not let an artifact expire whose replacement is to be kept', async () => {
      const soon = { expiresAt: new Date(Date.now() + 2 * day).toISOString() };
      await subject.store.put('run-kept', 'key', Readable.from(['first']), soon);
      await subject.store.put('run-kept', 'key', Readable.from(['second']));
      await subject.store.put('run-kept', 'other', Readable.from(['gone']), soon);
      expect(await subject.store.expire(Date.now() + 3 * day)).toBe(1);
      expect((await subject.store.list('run-kept')).map(({ key }) => key)).toEqual(['key']);
    });

    it('deletes the content with the artifact', async () => {
      await subject.store.put('run-deleted', 'key', Readable.from(['x']));
      expect(await contentsOf('run-deleted')).toHaveLength(1);
      await subject.store.delete('run-deleted', 'key');
      expect(await contentsOf('run-deleted')).toEqual([]);
    });

    it('gives up the parts of an upload that is cancelled', async () => {
      const cancel = new AbortController();
      const reason = new Error('cancelled');
      let pieces = 0;
      async function* endless() {
        for (;;) {
          if (++pieces === 20) cancel.abort(reason);
          yield randomBytes(2 ** 20);
        }
      }
      const put = subject.store.put('run-cancelled', 'key', Readable.from(endless()), {}, { signal: cancel.signal });
      await expect(put).rejects.toBe(reason);
      expect(await contentsOf('run-cancelled')).toEqual([]);
      await subject.store.expire(Date.now() + 8 * day);
      expect(await subject.uploads()).toBe(0);
    });

    it('asks little when nothing has expired', async () => {
      const proxy = await cuttingProxy(parts[part].endpoint);
      const store = createS3ArtifactStore({ ...subject.options, endpoint: proxy.endpoint });
      await store.put('run-cheap', 'key', Readable.from(['x']));
      proxy.mend();
      expect(await store.expire(Date.now())).toBe(0);
      expect(proxy.seen).toBe(2);
      await store.close();
      await proxy.close();
    });

    it('uses a client that was made elsewhere, and leaves it open', async () => {
      const { bucket, prefix } = subject.options;
      const store = createS3ArtifactStore({ bucket, prefix, client: subject.client });
      await store.put('run-client', 'key', Readable.from(['x']));
      await store.close();
      await expect(store.list('run-client')).rejects.toMatchObject({ code: 'artifact.store_failed' });
      expect(await subject.store.list('run-client')).toHaveLength(1);
      expect(await contentsOf('run-client')).toHaveLength(1);
    });

    it('says what is wrong: the bucket, or the way to it', async () => {
      const lost = createS3ArtifactStore({ ...subject.options, bucket: 'no-such-bucket' });
      await expect(lost.list('run')).rejects.toMatchObject({
        code: 'artifact.store_failed',
        retryable: false,
        message: expect.stringContaining('no-such-bucket'),
        hint: expect.stringContaining('Make the bucket'),
      });
      const source = Readable.from(['x']);
      await expect(lost.put('run', 'key', source)).rejects.toMatchObject({ retryable: false });
      expect(source.destroyed).toBe(true);
      const away = createS3ArtifactStore({ ...subject.options, endpoint: 'http://127.0.0.1:9' });
      await expect(away.list('run')).rejects.toMatchObject({ code: 'artifact.store_failed', retryable: true });
      const refused = Object.assign(new Error('no key'), { name: 'CredentialsProviderError' });
      const keyless = createS3ArtifactStore({ ...subject.options, credentials: () => Promise.reject(refused) });
      await expect(keyless.list('run')).rejects.toMatchObject({ code: 'artifact.store_failed', retryable: false });
      await keyless.close();
      await lost.close();
      await away.close();
    });
  });
}
