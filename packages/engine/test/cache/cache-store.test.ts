import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { openDatabase, type SqliteDatabase } from '@cicd/database';
import { createMemoryArtifactStore, type MemoryArtifactStore } from '@cicd/plugin/testing';
import { cacheMigrations, createCacheStore, type CacheStore } from '../../src/index.ts';

const quota = 100;
const shop = { project: '/shop', paths: ['/workspace/node_modules'] };

let now: number;
let database: SqliteDatabase;
let contents: MemoryArtifactStore;
let caches: CacheStore;
beforeEach(async () => {
  now = Date.UTC(2026, 0, 2);
  database = await openDatabase({ migrations: [...cacheMigrations] });
  contents = createMemoryArtifactStore();
  caches = createCacheStore({ database, contents, clock: { now: () => now++ }, quota });
});
afterEach(() => database.close());

const put = (key: string, bytes = key, address = shop) =>
  caches.put({ ...address, key }, () => Promise.resolve(Readable.from([Buffer.from(bytes)])));
const find = async (key: string, prefixes: readonly string[] = [], address = shop) => {
  const found = await caches.find({ ...address, key }, prefixes);
  return found && { hit: found.hit, key: found.key, content: await text(found.content) };
};
const keys = async () => (await caches.list()).map(({ key }) => key);

describe('a cache', () => {
  it('is found by its key, else by the newest that begins with the first prefix that fits', async () => {
    await put('npm-1');
    await put('npm-2');
    await put('pnpm-1');
    expect(await find('npm-1')).toEqual({ hit: 'exact', key: 'npm-1', content: 'npm-1' });
    expect(await find('npm-3', ['npm-', 'pnpm-'])).toEqual({ hit: 'prefix', key: 'npm-2', content: 'npm-2' });
    expect(await find('npm-3', ['yarn-', 'pnpm-'])).toMatchObject({ key: 'pnpm-1' });
    expect(await find('npm-3')).toBeUndefined();
    expect(await find('npm-3', ['%', '_pm-'])).toBeUndefined();
  });

  it('belongs to its project and its paths, in any order', async () => {
    const both = { ...shop, paths: ['/workspace/a', '/workspace/b'] };
    await put('key', 'of both', both);
    expect(await find('key', [], { ...both, paths: both.paths.toReversed() })).toMatchObject({ content: 'of both' });
    expect(await find('key')).toBeUndefined();
    expect(await find('key', [], { ...both, project: '/blog' })).toBeUndefined();
  });

  it('never changes', async () => {
    expect(await put('key', 'first')).toMatchObject({ outcome: 'saved' });
    let asked = false;
    const second = await caches.put({ ...shop, key: 'key' }, () => {
      asked = true;
      return Promise.resolve(Readable.from([]));
    });
    expect({ second, asked }).toEqual({ second: { outcome: 'exists', evicted: [] }, asked: false });
    expect(await find('key')).toMatchObject({ content: 'first' });
  });

  it('is not there when there was nothing to keep', async () => {
    const put = caches.put({ ...shop, key: 'key' }, () => Promise.resolve(undefined));
    expect(await put).toEqual({ outcome: 'nothing', evicted: [] });
    expect(await find('key')).toBeUndefined();
  });

  it('takes any text for a key', async () => {
    for (const key of ['../../etc', 'a/b', ' ', '\u{1F512}', "'; DROP TABLE cache; --"]) {
      await put(key, 'x');
      expect(await find(key)).toEqual({ hit: 'exact', key, content: 'x' });
    }
  });
});

describe('the quota', () => {
  it('removes what has not been used for longest, and says so', async () => {
    await put('a', 'x'.repeat(40));
    await put('b', 'x'.repeat(40));
    await find('a');
    const { evicted } = await put('c', 'x'.repeat(40));
    expect(evicted.map(({ key }) => key)).toEqual(['b']);
    expect(await keys()).toEqual(['c', 'a']);
    expect(await contents.list((await scopes())[0]!)).toHaveLength(2);
  });

  it('keeps nothing that is larger than all may be', async () => {
    await put('a', 'x'.repeat(40));
    expect(await put('huge', 'x'.repeat(101))).toEqual({ outcome: 'too_large', evicted: [] });
    expect(await keys()).toEqual(['a']);
    expect(await contents.list((await scopes())[0]!)).toHaveLength(1);
  });
});

const scopes = () =>
  database.read((connection) =>
    connection
      .prepare<{ scope: string }>('SELECT DISTINCT scope FROM cache')
      .all()
      .map(({ scope }) => scope),
  );

describe('trouble', () => {
  it('of a source that fails leaves nothing', async () => {
    const broken = () =>
      Promise.resolve(
        Readable.from(
          (async function* () {
            yield Buffer.from('half');
            await Promise.resolve();
            throw new Error('the engine is gone');
          })(),
        ),
      );
    await expect(caches.put({ ...shop, key: 'key' }, broken)).rejects.toThrow('the engine is gone');
    expect(await find('key', ['k'])).toBeUndefined();
    expect(await put('key')).toMatchObject({ outcome: 'saved' });
  });

  it('of a writer that was killed is not found, and is written again; long after, it is removed', async () => {
    // What the first write of a cache stores, and nothing after it.
    const begun = (key: string) =>
      database.write((connection) =>
        connection
          .prepare(
            `INSERT INTO cache (scope, key, project, paths, bytes, created_at, used_at, is_written)
             SELECT scope, ?, project, paths, 0, ?, ?, 0 FROM cache WHERE key = 'whole'`,
          )
          .run(key, now, now),
      );
    await put('whole');
    await begun('key');
    await begun('left');
    expect(await find('key', ['k'])).toBeUndefined();
    expect(await keys()).toEqual(['whole']);
    expect(await put('key', 'again')).toMatchObject({ outcome: 'saved' });
    expect(await find('key')).toMatchObject({ content: 'again' });
    now += 25 * 3_600_000;
    expect(await put('later')).toEqual({ outcome: 'saved', evicted: [] });
    const rows = await database.read((connection) => connection.prepare('SELECT key FROM cache ORDER BY key').all());
    expect(rows).toEqual([{ key: 'key' }, { key: 'later' }, { key: 'whole' }]);
  });

  it('of a damaged content: who finds it says so, and the next one does not find it', async () => {
    await put('key');
    const [scope] = await scopes();
    const [artifact] = await contents.list(scope!);
    contents.flipBit(scope!, artifact!.key);
    const found = await caches.find({ ...shop, key: 'key' }, []);
    await expect(buffer(found!.content)).rejects.toMatchObject({ code: 'artifact.corrupt' });
    await found!.discard();
    expect(await find('key')).toBeUndefined();
    expect(await put('key')).toMatchObject({ outcome: 'saved' });
  });

  it('of a content that is gone: it is as if it had not been', async () => {
    await put('key');
    const [scope] = await scopes();
    for (const { key } of await contents.list(scope!)) await contents.delete(scope!, key);
    expect(await find('key')).toBeUndefined();
    expect(await keys()).toEqual([]);
  });

  it('of two that write the same: both succeed, and one content is there', async () => {
    const both = await Promise.all([put('key', 'same'), put('key', 'same')]);
    expect(both.map(({ outcome }) => outcome)).toEqual(['saved', 'saved']);
    expect(await keys()).toEqual(['key']);
  });
});

describe('removing', () => {
  it('takes those of a project whose key begins so', async () => {
    await put('npm-1');
    await put('go-1');
    await put('npm-1', 'x', { ...shop, project: '/blog' });
    const removed = await caches.remove({ project: '/shop', prefix: 'npm-' });
    expect(removed.map(({ project, key }) => `${project} ${key}`)).toEqual(['/shop npm-1']);
    expect((await keys()).toSorted()).toEqual(['go-1', 'npm-1']);
    await caches.remove({ project: '/shop' });
    expect(await caches.list({ project: '/shop' })).toEqual([]);
  });
});
