import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describeWith } from '@cicd/testbed';
import { bucketSubject } from './bucket-subject.ts';

const program = fileURLToPath(new URL('killed-uploader.ts', import.meta.url));
const day = 24 * 60 * 60 * 1000;

/** Runs a writer and kills it at a moment that differs from round to round; returns the keys it said were stored. */
async function killedWriter(options: object, run: string, round: number): Promise<Set<string>> {
  const writer = spawn(process.execPath, ['--conditions=@cicd/source', program, JSON.stringify(options), run], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  let chunks = 0;
  writer.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (++chunks === 1 + (round % 5)) setTimeout(() => writer.kill('SIGKILL'), (round % 7) * 5);
  });
  await once(writer, 'close');
  return new Set(
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split(' ')[0] ?? ''),
  );
}

for (const part of ['s3', 's3-second'] as const) {
  describeWith([part], `a writer to ${part} that is killed`, (parts) => {
    it('leaves every artifact whole, every acknowledged one there, and nothing else after a week', async () => {
      const subject = await bucketSubject(parts[part]);
      for (let round = 0; round < 6; round++) {
        const run = `run-${round}`;
        const stored = await killedWriter(subject.options, run, round);
        expect(stored.size).toBeGreaterThan(0);
        const artifacts = await subject.store.list(run);
        expect(artifacts.map(({ key }) => key)).toEqual(expect.arrayContaining([...stored]));
        for (const { key, checksum } of artifacts) {
          const { stream } = await subject.store.get(run, key);
          expect(
            createHash('sha256')
              .update(await buffer(stream))
              .digest('hex'),
          ).toBe(checksum);
        }
      }
      await subject.store.expire(Date.now() + 8 * day);
      expect(await subject.uploads()).toBe(0);
      const objects = await subject.objects();
      const indexed = objects.filter((name) => name.startsWith('index/'));
      expect(objects.filter((name) => name.startsWith('content/'))).toHaveLength(indexed.length);
      expect(objects.filter((name) => name.startsWith('due/'))).toEqual([]);
      await subject.dispose();
    }, 120_000);
  });
}
