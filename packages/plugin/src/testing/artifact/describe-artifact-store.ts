import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ArtifactStore } from '../../artifact/artifact-store.ts';
import { CicdError } from '../../errors/cicd-error.ts';
import type { KitRunner } from '../kit-runner.ts';
import { refusedExecutionIds, refusedKeys, strangeKeys } from './hostile-keys.ts';

/** A store under test. */
export interface ArtifactStoreSubject {
  readonly store: ArtifactStore;
  /** Flips a bit of the stored content, behind the store's back. */
  flipBit(executionId: string, key: string): Promise<void>;
  dispose(): Promise<void>;
}

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
const text = async (stream: Readable) => (await buffer(stream)).toString();
const coded = (code: string) => (error: unknown) => CicdError.isInstance(error) && error.code === code;

/** The conformance kit of `ArtifactStore`: what its comment promises, test by test. */
export function describeArtifactStore(
  name: string,
  runner: KitRunner,
  create: () => Promise<ArtifactStoreSubject>,
): void {
  let subject: ArtifactStoreSubject;
  let store: ArtifactStore;
  let executions = 0;
  /** Every test has an execution of its own. */
  const execution = () => `run-${++executions}`;

  runner.describe(`artifact store: ${name}`, () => {
    runner.beforeAll(async () => {
      subject = await create();
      store = subject.store;
    });
    runner.afterAll(() => subject.dispose());

    runner.it('gives back binary content with its size and checksum', async () => {
      const run = execution();
      const content = randomBytes(300_001);
      const put = await store.put(run, 'bin/server', Readable.from([content.subarray(0, 7), content.subarray(7)]));
      assert.equal(put.key, 'bin/server');
      assert.equal(put.size, content.length);
      assert.equal(put.checksum, sha256(content));
      assert.equal(put.kind, 'file');
      assert.equal(put.files, 1);
      assert.equal(put.createdAt, new Date(put.createdAt).toISOString());
      const { artifact, stream } = await store.get(run, 'bin/server');
      assert.deepEqual(artifact, put);
      assert.ok((await buffer(stream)).equals(content));
    });

    runner.it('keeps an empty artifact', async () => {
      const run = execution();
      await store.put(run, 'empty', Readable.from([]));
      const { artifact, stream } = await store.get(run, 'empty');
      assert.equal(artifact.size, 0);
      assert.equal((await buffer(stream)).length, 0);
    });

    runner.it('streams what is larger than any buffer', async () => {
      const run = execution();
      const block = randomBytes(1024 * 1024);
      const hash = createHash('sha256');
      async function* blocks() {
        for (let count = 0; count < 32; count++) {
          hash.update(block);
          yield block;
        }
      }
      const put = await store.put(run, 'large', Readable.from(blocks(), { objectMode: false }));
      assert.equal(put.checksum, hash.digest('hex'));
      const back = createHash('sha256');
      let size = 0;
      for await (const chunk of (await store.get(run, 'large')).stream) {
        back.update(chunk as Buffer);
        size += (chunk as Buffer).length;
      }
      assert.equal(size, put.size);
      assert.equal(back.digest('hex'), put.checksum);
    });

    runner.it('keeps metadata, and asks a function for it when the source has ended', async () => {
      const run = execution();
      let ended = false;
      async function* source() {
        yield 'tar';
        ended = true;
      }
      const metadata = {
        mediaType: 'application/x-tar',
        kind: 'directory',
        files: 3,
        producer: { step: 'build', attempt: 2 },
        expiresAt: '2026-02-01T00:00:00.000Z',
      } as const;
      const asked: boolean[] = [];
      const put = await store.put(run, 'dist', Readable.from(source()), () => {
        asked.push(ended);
        return metadata;
      });
      assert.deepEqual(asked, [true]);
      const { key, size, checksum, createdAt, ...kept } = put;
      assert.deepEqual(kept, metadata);
      assert.deepEqual(
        { key, size, checksum: checksum.length, createdAt: typeof createdAt },
        { key: 'dist', size: 3, checksum: 64, createdAt: 'string' },
      );
      assert.deepEqual(await store.list(run), [put]);
    });

    runner.it('refuses keys and ids that are not of the shape, and reads nothing for them', async () => {
      const run = execution();
      for (const key of refusedKeys) {
        const source = Readable.from(['x']);
        await assert.rejects(store.put(run, key, source), coded('artifact.key_refused'), JSON.stringify(key));
        assert.ok(source.destroyed);
        await assert.rejects(store.get(run, key), coded('artifact.key_refused'), JSON.stringify(key));
        await assert.rejects(store.delete(run, key), coded('artifact.key_refused'), JSON.stringify(key));
      }
      for (const id of refusedExecutionIds) {
        await assert.rejects(
          store.put(id, 'key', Readable.from(['x'])),
          coded('artifact.key_refused'),
          JSON.stringify(id),
        );
        await assert.rejects(store.list(id), coded('artifact.key_refused'), JSON.stringify(id));
      }
      assert.deepEqual(await store.list(run), []);
    });

    runner.it('keeps strange keys apart, and lists them in order', async () => {
      const run = execution();
      for (const key of strangeKeys) await store.put(run, key, Readable.from([`content of ${key}`]));
      for (const key of strangeKeys) assert.equal(await text((await store.get(run, key)).stream), `content of ${key}`);
      const listed = (await store.list(run)).map((artifact) => artifact.key);
      assert.deepEqual(listed, [...strangeKeys].toSorted());
    });

    runner.it('keeps executions apart, also those that differ only in case', async () => {
      const run = execution();
      await store.put(run, 'key', Readable.from(['lower']));
      await store.put(run.toUpperCase(), 'key', Readable.from(['upper']));
      assert.equal(await text((await store.get(run, 'key')).stream), 'lower');
      assert.equal(await text((await store.get(run.toUpperCase(), 'key')).stream), 'upper');
    });

    runner.it('leaves nothing of a source that fails, and hands its error on', async () => {
      const run = execution();
      const failure = new Error('the source broke');
      async function* source() {
        yield 'half';
        throw failure;
      }
      await assert.rejects(store.put(run, 'key', Readable.from(source())), (error) => error === failure);
      assert.deepEqual(await store.list(run), []);
    });

    runner.it('leaves nothing of a put that is aborted midway', async () => {
      const run = execution();
      const cancel = new AbortController();
      const reason = new Error('cancelled');
      let reads = 0;
      const source = new Readable({
        read() {
          if (++reads === 1) this.push('half');
          else cancel.abort(reason);
        },
      });
      await assert.rejects(store.put(run, 'key', source, {}, { signal: cancel.signal }), (error) => error === reason);
      assert.ok(source.destroyed);
      assert.deepEqual(await store.list(run), []);
      await assert.rejects(
        store.put(run, 'key', Readable.from(['x']), {}, { signal: cancel.signal }),
        (error) => error === reason,
      );
    });

    runner.it('keeps what was there when its replacement fails', async () => {
      const run = execution();
      await store.put(run, 'key', Readable.from(['first']));
      const failing = new Readable({
        read() {
          this.destroy(new Error('broken'));
        },
      });
      await assert.rejects(store.put(run, 'key', failing), /broken/);
      assert.equal(await text((await store.get(run, 'key')).stream), 'first');
    });

    runner.it('replaces a key while its first content is being read', async () => {
      const run = execution();
      const first = randomBytes(3_000_000);
      await store.put(run, 'key', Readable.from([first]));
      const reading = await store.get(run, 'key');
      const chunks = reading.stream[Symbol.asyncIterator]();
      const begun = (await chunks.next()) as IteratorResult<Buffer>;
      await store.put(run, 'key', Readable.from(['second']));
      const seen: Buffer[] = [begun.value as Buffer];
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) seen.push(next.value as Buffer);
      assert.ok(Buffer.concat(seen).equals(first));
      assert.equal(await text((await store.get(run, 'key')).stream), 'second');
      assert.equal((await store.list(run)).length, 1);
    });

    runner.it('lets concurrent writers of one key each succeed, and keeps one of them whole', async () => {
      const run = execution();
      const contents = Array.from({ length: 12 }, () => randomBytes(200_000));
      const puts = await Promise.all(contents.map((content) => store.put(run, 'key', Readable.from([content]))));
      const { artifact, stream } = await store.get(run, 'key');
      const kept = await buffer(stream);
      assert.equal(sha256(kept), artifact.checksum);
      assert.ok(puts.some((put) => put.checksum === artifact.checksum));
    });

    runner.it('detects a flipped bit: the stream ends with an error', async () => {
      const run = execution();
      await store.put(run, 'key', Readable.from([randomBytes(100_000)]));
      await subject.flipBit(run, 'key');
      await assert.rejects(async () => buffer((await store.get(run, 'key')).stream), coded('artifact.corrupt'));
    });

    runner.it('lists the keys that exist when one does not', async () => {
      const run = execution();
      await store.put(run, 'b', Readable.from(['x']));
      await store.put(run, 'a', Readable.from(['x']));
      await assert.rejects(
        store.get(run, 'c'),
        (error) =>
          CicdError.isInstance(error) &&
          error.code === 'artifact.not_found' &&
          assert.deepEqual(error.details['keys'], ['a', 'b']) === undefined,
      );
      await assert.rejects(store.get(execution(), 'c'), coded('artifact.not_found'));
    });

    runner.it('deletes, says whether something was there, and may be asked again', async () => {
      const run = execution();
      await store.put(run, 'key', Readable.from(['x']));
      await store.put(run, 'other', Readable.from(['x']));
      assert.equal(await store.delete(run, 'key'), true);
      assert.equal(await store.delete(run, 'key'), false);
      assert.equal(await store.delete(execution(), 'key'), false);
      assert.deepEqual(
        (await store.list(run)).map((artifact) => artifact.key),
        ['other'],
      );
    });

    runner.it('deletes what has expired, and nothing else', async () => {
      const run = execution();
      const at = (day: number) => ({ expiresAt: `2031-01-0${day}T00:00:00.000Z` });
      await store.put(run, 'first', Readable.from(['x']), at(1));
      await store.put(run, 'second', Readable.from(['x']), at(2));
      await store.put(run, 'third', Readable.from(['x']), at(3));
      await store.put(run, 'kept', Readable.from(['x']));
      await store.expire(Date.parse('2030-12-31'));
      assert.equal(await store.expire(Date.parse('2031-01-02')), 2);
      assert.deepEqual(
        (await store.list(run)).map((artifact) => artifact.key),
        ['kept', 'third'],
      );
    });
  });
}
