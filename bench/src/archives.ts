import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { checkedArchive } from '@cicd/plugin';
import { extract, pack } from 'tar-stream';
import { comparedTime, milliseconds, type Benchmark } from './benchmark.ts';

const bytes = 256 * 1024 * 1024;
const smallFiles = 5000;
const pieceBytes = 64 * 1024;

async function packed(files: number, size: number): Promise<Buffer> {
  const archive = pack();
  const content = Buffer.alloc(size, 'content ');
  for (let index = 0; index < files; index++) archive.entry({ name: `folder/${index % 50}/file-${index}` }, content);
  archive.finalize();
  return buffer(archive);
}

function* pieces(whole: Buffer): Generator<Buffer> {
  for (let at = 0; at < whole.length; at += pieceBytes) yield whole.subarray(at, at + pieceBytes);
}

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });

/** The same bytes to a file and back, without a look at them. */
async function throughFile(folder: string, whole: Buffer): Promise<void> {
  const file = await open(path.join(folder, 'floor'), 'wx+');
  for (const piece of pieces(whole)) await file.write(piece);
  await pipeline(file.createReadStream({ start: 0, highWaterMark: 256 * 1024 }), nowhere());
}

async function readEntries(whole: Buffer): Promise<void> {
  const entries = extract();
  const fed = pipeline(Readable.from(pieces(whole)), entries as unknown as Writable);
  for await (const entry of entries) entry.resume();
  await fed;
}

/** What it costs that an archive is read to its end before any of it is unpacked. */
export const archives: Benchmark = {
  name: 'archives',
  needsEngine: false,
  async run() {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'cicd-bench-archives-'));
    const check = async (whole: Buffer) =>
      pipeline(await checkedArchive(Readable.from(pieces(whole)), { folder }), nowhere());
    try {
      const large = await packed(1, bytes);
      const many = await packed(smallFiles, 100);
      const file = await milliseconds(() => throughFile(folder, large));
      const checked = await milliseconds(() => check(large));
      const read = await milliseconds(() => readEntries(many));
      const checkedMany = await milliseconds(() => check(many));
      return [
        comparedTime(
          'archive of 256 MB checked and given back',
          checked,
          { name: 'to a file and back', time: file },
          2,
        ),
        comparedTime(`archive of ${smallFiles} small files checked`, checkedMany, { name: 'read once', time: read }, 2),
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
