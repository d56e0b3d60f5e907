import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { CicdError } from '@cicd/plugin';
import { describeArtifactStore } from '@cicd/plugin/testing';
import { createLocalArtifactStore } from '../src/index.ts';
import { storeFolders } from '../src/local/folders.ts';

const created: string[] = [];
const newFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cicd-artifact-'));
  created.push(folder);
  return join(folder, 'store');
};
afterAll(() => Promise.all(created.map((folder) => rm(folder, { recursive: true, force: true }))));

const flipBit = async (path: string, bit: number) => {
  const bytes = await readFile(path);
  bytes[bit >> 3]! ^= 1 << (bit & 7);
  await writeFile(path, bytes);
};

describeArtifactStore('local', { describe, it, beforeAll, afterAll }, async () => {
  const folder = await newFolder();
  const store = createLocalArtifactStore({ folder });
  return {
    store,
    flipBit: (executionId, key) => flipBit(storeFolders(folder).artifact(executionId, key), 77),
    dispose: () => store.close(),
  };
});

/** Every file below a folder, relative to it. */
const filesBelow = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('the folder of a local store', () => {
  it('is readable by its owner only', async () => {
    const folder = await newFolder();
    await createLocalArtifactStore({ folder }).put('run', 'key', Readable.from(['x']));
    const modes = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      expect(await modes(join(entry.parentPath, entry.name))).toBe(entry.isFile() ? '600' : '700');
    }
    expect(await modes(folder)).toBe('700');
  });

  it('holds one file an artifact, and none when all are deleted', async () => {
    const folder = await newFolder();
    const store = createLocalArtifactStore({ folder });
    await store.put('run', 'key', Readable.from(['first']));
    await store.put('run', 'key', Readable.from(['second']));
    expect(await filesBelow(folder)).toHaveLength(1);
    await store.delete('run', 'key');
    expect(await readdir(join(folder, 'executions'))).toEqual([]);
  });

  it('is read by a store that is opened later', async () => {
    const folder = await newFolder();
    const put = await createLocalArtifactStore({ folder }).put('run', 'key', Readable.from(['kept']), {
      mediaType: 'text/plain',
    });
    const { artifact, stream } = await createLocalArtifactStore({ folder }).get('run', 'key');
    expect(artifact).toEqual(put);
    expect((await buffer(stream)).toString()).toBe('kept');
  });

  it('dates artifacts by the clock it is given', async () => {
    const store = createLocalArtifactStore({ folder: await newFolder(), clock: { now: () => Date.UTC(2026, 0, 2) } });
    expect((await store.put('run', 'key', Readable.from(['x']))).createdAt).toBe('2026-01-02T00:00:00.000Z');
  });

  it('closes its file when a stream is dropped unread', async () => {
    const store = createLocalArtifactStore({ folder: await newFolder() });
    await store.put('run', 'key', Readable.from([randomBytes(1_000_000)]));
    const open = async () => (await readdir('/proc/self/fd')).length;
    const before = await open();
    for (let count = 0; count < 20; count++) {
      const { stream } = await store.get('run', 'key');
      await new Promise((resolve) => stream.once('close', resolve).destroy());
    }
    expect(await open()).toBeLessThan(before + 5);
  });

  it('names its own trouble, which may pass', async () => {
    const folder = await newFolder();
    await writeFile(folder, 'a file where the folder should be');
    const store = createLocalArtifactStore({ folder });
    await expect(store.put('run', 'key', Readable.from(['x']))).rejects.toMatchObject({
      code: 'artifact.store_failed',
      retryable: true,
    });
    await rm(folder);
    await expect(store.put('run', 'key', Readable.from(['x']))).resolves.toMatchObject({ size: 1 });
  });
});

describe('any key', () => {
  it('stays in the folder and gives back its content, or is refused', async () => {
    const folder = await newFolder();
    const store = createLocalArtifactStore({ folder });
    const hostile = fc.oneof(
      fc
        .array(fc.constantFrom('..', '.', '', 'a', 'A', '\\', '\0', '%2e', 'é', 'C:', '\n', '~', '-'), { maxLength: 6 })
        .map((parts) => parts.join('/')),
      fc.string({ unit: 'binary', maxLength: 600 }),
      fc.string({ unit: 'grapheme' }),
    );
    const kept = new Map<string, string>();
    await fc.assert(
      fc.asyncProperty(hostile, async (key) => {
        try {
          await store.put('run', key, Readable.from([`content of ${key}`]));
          kept.set(key, `content of ${key}`);
        } catch (error) {
          if (!CicdError.isInstance(error) || error.code !== 'artifact.key_refused') throw error;
        }
      }),
      { numRuns: 300 },
    );
    expect(kept.size).toBeGreaterThan(10);
    for (const [key, content] of kept)
      expect((await buffer((await store.get('run', key)).stream)).toString()).toBe(content);
    expect((await readdir(join(folder, '..'))).toSorted()).toEqual(['store']);
    expect(await filesBelow(folder)).toHaveLength(kept.size);
  });
});

describe('any flipped bit of a stored file', () => {
  it('is detected', async () => {
    const folder = await newFolder();
    const store = createLocalArtifactStore({ folder });
    await store.put('run', 'key', Readable.from([randomBytes(500)]), { mediaType: 'text/plain' });
    const path = storeFolders(folder).artifact('run', 'key');
    const bits = (await stat(path)).size * 8;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bits - 1 }), async (bit) => {
        await flipBit(path, bit);
        await expect(store.get('run', 'key').then(({ stream }) => buffer(stream))).rejects.toMatchObject({
          code: 'artifact.corrupt',
        });
        await flipBit(path, bit);
      }),
      { numRuns: 1_000 },
    );
  });

  it('and any truncation', async () => {
    const folder = await newFolder();
    const store = createLocalArtifactStore({ folder });
    await store.put('run', 'key', Readable.from([randomBytes(50)]));
    const path = storeFolders(folder).artifact('run', 'key');
    const whole = await readFile(path);
    for (let length = 0; length < whole.length; length++) {
      await writeFile(path, whole.subarray(0, length));
      await expect(store.get('run', 'key')).rejects.toMatchObject({ code: 'artifact.corrupt' });
    }
  });
});
