import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { outputFrames, type LogPosition } from '../../src/docker/process/output-frames.ts';

interface Frame {
  readonly stream: 1 | 2;
  readonly text: string;
}

const stampOf = (index: number): string => `2026-01-01T00:00:00.${String(index).padStart(9, '0')}Z`;

const encoded = (frames: readonly Frame[]): Buffer =>
  Buffer.concat(
    frames.flatMap(({ stream, text }, index) => {
      const body = Buffer.from(`${stampOf(index)} ${text}`);
      const header = Buffer.alloc(8);
      header[0] = stream;
      header.writeUInt32BE(body.length, 4);
      return [header, body];
    }),
  );

async function* inParts(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Uint8Array, size: number, fromByte = 0) {
  const position: LogPosition = { bytes: 0, lastEntry: 0, stamp: '' };
  const text = { stdout: '', stderr: '', all: '' };
  for await (const { stream, data } of outputFrames(inParts(bytes, size), fromByte, position)) {
    text[stream] += Buffer.from(data).toString('latin1');
    text.all += Buffer.from(data).toString('latin1');
  }
  return { ...text, position };
}

const frame = fc.record({ stream: fc.constantFrom<1 | 2>(1, 2), text: fc.stringMatching(/^[ -~\n]{1,60}$/) });

describe('the frames of a log', () => {
  it('come apart the same however they are cut, from any byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(frame, { maxLength: 20 }),
        fc.integer({ min: 1, max: 200 }),
        fc.nat(300),
        async (frames, size, fromByte) => {
          const all = frames.map(({ text }) => text).join('');
          const whole = await read(encoded(frames), size);
          expect(whole.all).toBe(all);
          expect(whole.stdout).toBe(
            frames
              .filter(({ stream }) => stream === 1)
              .map(({ text }) => text)
              .join(''),
          );
          expect(whole.position).toEqual({
            bytes: all.length,
            lastEntry: all.length - (frames.at(-1)?.text.length ?? 0),
            stamp: frames.length === 0 ? '' : stampOf(frames.length - 1),
          });
          expect((await read(encoded(frames), size, fromByte)).all).toBe(all.slice(fromByte));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('leave in few chunks when they arrive together', async () => {
    const bytes = encoded(Array.from({ length: 5000 }, () => ({ stream: 1, text: 'short\n' })));
    let chunks = 0;
    for await (const { data } of outputFrames(inParts(bytes, 65_536), 0, { bytes: 0, lastEntry: 0, stamp: '' }))
      chunks += Math.sign(data.length);
    expect(chunks).toBe(Math.ceil(bytes.length / 65_536));
  });

  it('fail when they break off, and when the engine says it cannot read them', async () => {
    const bytes = encoded([{ stream: 1, text: 'something' }]);
    for (const length of [3, 20, bytes.length - 1])
      await expect(read(bytes.subarray(0, length), 50)).rejects.toThrow('broke off');
    const trouble = Buffer.concat([Buffer.from([3, 0, 0, 0, 0, 0, 0, 12]), Buffer.from('Error: no it')]);
    await expect(read(trouble, 50)).rejects.toThrow('no it');
  });
});
