import { afterAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createLocalArtifactStore } from '../src/index.ts';

const writerProgram = fileURLToPath(new URL('killed-writer.ts', import.meta.url));
const root = await mkdtemp(join(tmpdir(), 'cicd-artifact-crash-'));
afterAll(() => rm(root, { recursive: true, force: true }));

/** Runs a writer and kills it at a moment that differs from round to round; returns what it said was stored. */
async function killedWriter(folder: string, round: number): Promise<Map<string, string[]>> {
  const writer = spawn(process.execPath, ['--conditions=@cicd/source', writerProgram, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stored = new Map<string, string[]>();
  let text = '';
  let chunks = 0;
  writer.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    // Killed some turns of the event loop after the n-th acknowledgement: in the midst of a later put.
    if (++chunks === 1 + (round % 5)) setTimeout(() => writer.kill('SIGKILL'), round % 7);
  });
  await once(writer, 'close');
  for (const line of text.split('\n').slice(0, -1)) {
    const [key = '', checksum = ''] = line.split(' ');
    stored.set(key, [...(stored.get(key) ?? []), checksum]);
  }
  return stored;
}

describe('a writer killed at any moment', () => {
  it('leaves every artifact whole, every acknowledged one there, and no temporary file once the store is opened', async () => {
    const folder = join(root, 'killed');
    for (let round = 0; round < 15; round++) {
      const stored = await killedWriter(folder, round);
      expect(stored.size).toBeGreaterThan(0);
      const store = createLocalArtifactStore({ folder });
      const artifacts = await store.list('run');
      for (const { key } of artifacts) {
        const { artifact, stream } = await store.get('run', key);
        expect(
          createHash('sha256')
            .update(await buffer(stream))
            .digest('hex'),
        ).toBe(artifact.checksum);
      }
      expect(artifacts.map((artifact) => artifact.key)).toEqual(expect.arrayContaining([...stored.keys()]));
      expect(await readdir(join(folder, 'incoming'))).toEqual([]);
    }
  }, 60_000);
});

describe('opening a store', () => {
  it('spares what a live process or one on another host writes, and removes what is long abandoned', async () => {
    const folder = join(root, 'shared');
    const first = createLocalArtifactStore({ folder });
    const source = new Readable({ read() {} });
    const put = first.put('run', 'key', source);
    source.push('half');
    await first.list('other');
    const incoming = join(folder, 'incoming');
    await writeFile(join(incoming, 'elsewhere_1_2_fresh'), '');
    await writeFile(join(incoming, 'elsewhere_1_2_abandoned'), '');
    await utimes(join(incoming, 'elsewhere_1_2_abandoned'), 0, 0);
    await createLocalArtifactStore({ folder }).list('run');
    source.push(null);
    await expect(put).resolves.toMatchObject({ size: 4 });
    expect(await readdir(incoming)).toEqual(['elsewhere_1_2_fresh']);
  });
});
