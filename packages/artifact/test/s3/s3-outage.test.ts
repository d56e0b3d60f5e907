import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ArtifactStore } from '@cicd/plugin';
import { describeWith } from '@cicd/testbed';
import { createS3ArtifactStore } from '../../src/s3/index.ts';
import { bucketSubject, type BucketSubject } from './bucket-subject.ts';
import { cuttingProxy, type CuttingProxy } from './cutting-proxy.ts';

const patience = 120_000;
const day = 24 * 60 * 60 * 1000;
/** Three parts. */
const large = randomBytes(20 * 2 ** 20);

for (const part of ['s3', 's3-second'] as const) {
  describeWith([part], `an outage of ${part}`, (parts) => {
    let subject: BucketSubject;
    let proxy: CuttingProxy;
    let store: ArtifactStore;
    beforeAll(async () => {
      subject = await bucketSubject(parts[part]);
      proxy = await cuttingProxy(parts[part].endpoint);
      store = createS3ArtifactStore({ ...subject.options, endpoint: proxy.endpoint });
    });
    afterAll(async () => {
      await store.close();
      await proxy.close();
      await subject.dispose();
    });

    it.each(['request', 'answer'] as const)(
      'leaves an artifact whole or not at all, whichever %s of a put is the first to be lost',
      async (cut) => {
        for (const content of [Buffer.from('small'), large]) {
          // How many requests a put takes is the client's affair: more are let through until it succeeds.
          for (let passed = 0; ; passed++) {
            const run = `run-${cut}-${content.length}-${passed}`;
            proxy.cutAfter(passed, cut);
            const put = store.put(run, 'key', Readable.from([content]));
            const error = await put.then(
              () => undefined,
              (reason: unknown) => reason,
            );
            const left = await subject.store.list(run);
            for (const { key } of left) {
              const { stream } = await subject.store.get(run, key);
              expect((await buffer(stream)).equals(content)).toBe(true);
            }
            if (error === undefined) {
              expect(left).toHaveLength(1);
              expect(passed).toBeGreaterThanOrEqual(content === large ? 8 : 4);
              break;
            }
            expect(error).toMatchObject({ code: 'artifact.store_failed', retryable: true });
            // A lost answer may be that to the last request, whose effect is there.
            if (cut === 'request') expect(left).toEqual([]);
          }
        }
        await subject.store.expire(Date.now() + 8 * day);
        expect(await subject.uploads()).toBe(0);
        const objects = await subject.objects();
        const indexed = objects.filter((name) => name.startsWith('index/'));
        const contents = objects.filter((name) => name.startsWith('content/'));
        expect(contents.map((name) => name.split('/').slice(1, 3).join('/'))).toEqual(
          indexed.map((name) => name.split('/').slice(1, 3).join('/')),
        );
        expect(objects.length).toBe(indexed.length + contents.length);
      },
      patience,
    );

    it(
      'keeps what was there when its replacement is cut off',
      async () => {
        proxy.mend();
        await store.put('run-replaced', 'key', Readable.from(['first']));
        proxy.cutAfter(3, 'request');
        await expect(store.put('run-replaced', 'key', Readable.from([large]))).rejects.toMatchObject({
          retryable: true,
        });
        proxy.mend();
        const { stream } = await store.get('run-replaced', 'key');
        expect((await buffer(stream)).toString()).toBe('first');
      },
      patience,
    );

    it(
      'tells the reader, never by a clean end, when the service goes while a content is read',
      async () => {
        proxy.mend();
        await store.put('run-read', 'key', Readable.from([large]));
        const { stream } = await store.get('run-read', 'key');
        const read = (async () => {
          let size = 0;
          for await (const piece of stream as AsyncIterable<Buffer>) {
            if (size === 0) await proxy.close();
            size += piece.length;
          }
        })();
        await expect(read).rejects.toMatchObject({ code: 'artifact.store_failed', retryable: true });
        proxy = await cuttingProxy(parts[part].endpoint);
        store = createS3ArtifactStore({ ...subject.options, endpoint: proxy.endpoint });
      },
      patience,
    );
  });
}
