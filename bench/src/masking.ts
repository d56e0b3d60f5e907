import { createHash } from 'node:crypto';
import { createMasker } from '@cicd/engine';
import { milliseconds, type Benchmark } from './benchmark.ts';

const megabytes = 256;

/** Text like a build's, a megabyte of it. */
function buildOutput(): Uint8Array {
  const lines: string[] = [];
  let length = 0;
  for (let index = 0; length < 1_000_000; index += 1) {
    const line = `[${index}] compiling src/modules/component-${index % 977}.ts in ${(index * 7) % 450} ms, ${index % 13} warnings\n`;
    lines.push(line);
    length += line.length;
  }
  return new TextEncoder().encode(lines.join(''));
}

/** How fast a stream is searched for 100 secrets in all their forms. */
export const masking: Benchmark = {
  name: 'masking',
  needsEngine: false,
  async run() {
    const secrets = Array.from({ length: 100 }, (_, index) =>
      createHash('sha256').update(`secret ${index}`).digest('base64url').slice(0, 24),
    );
    const block = buildOutput();
    const stream = createMasker(secrets).stream();
    stream.push(block);
    const time = await milliseconds(() => {
      for (let index = 0; index < megabytes; index += 1) stream.push(block);
      stream.end();
    });
    const speed = (megabytes * block.length) / 1_000 / time;
    return [
      {
        what: 'masking with 100 secrets',
        measured: `${Math.round(speed)} MB/s`,
        target: '≥ 100 MB/s',
        reached: speed >= 100,
      },
    ];
  },
};
