import { createHash } from 'node:crypto';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createLocalArtifactStore } from '@cicd/artifact';
import { milliseconds, type Benchmark } from './benchmark.ts';

const size = 256 * 1024 * 1024;

function content(): Readable {
  const block = Buffer.alloc(1024 * 1024, 'artifact content ');
  let left = size / block.length;
  return new Readable({
    highWaterMark: block.length,
    read() {
      this.push(left-- > 0 ? block : null);
    },
  });
}

/** The same bytes written and hashed by hand, flushed to the disk. */
async function writeAndHash(file: string): Promise<void> {
  const hash = createHash('sha256');
  const source = content();
  source.on('data', (chunk: Buffer) => hash.update(chunk));
  await pipeline(source, createWriteStream(file));
  hash.digest('hex');
  const handle = await open(file);
  await handle.sync();
  await handle.close();
}

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });

/** 256 MB into the local store and out of it, checked by SHA-256 both ways. */
export const artifacts: Benchmark = {
  name: 'artifacts',
  needsEngine: false,
  async run() {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'cicd-bench-artifacts-'));
    const store = createLocalArtifactStore({ folder: path.join(folder, 'store') });
    try {
      const floor = await milliseconds(() => writeAndHash(path.join(folder, 'floor')));
      const put = await milliseconds(() => store.put('run', 'big', content()));
      const get = await milliseconds(async () => pipeline((await store.get('run', 'big')).stream, nowhere()));
      const speed = (time: number) => size / 1_000 / time;
      const figure = (what: string, time: number) => ({
        what,
        measured: `${Math.round(speed(time))} MB/s`,
        floor: `write, hash and sync by hand: ${Math.round(speed(floor))} MB/s`,
        target: '≥ 250 MB/s',
        reached: speed(time) >= 250,
      });
      return [figure('artifact of 256 MB stored, with SHA-256', put), figure('the same read, checked', get)];
    } finally {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
