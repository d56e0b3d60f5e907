import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createMarkParser, formatMark, type Piece } from '../../src/shell/mark-parser.ts';

const token = '0123456789abcdef';
const mark = (body: string) => Buffer.from(formatMark(token, body));

/** The pieces of a stream that arrives in these chunks, neighbouring texts joined. */
function parse(chunks: readonly Uint8Array[]): {
  text: string;
  marks: string[];
  pieces: (string | { mark: string })[];
} {
  const parser = createMarkParser(token);
  const all: Piece[] = [...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.end()];
  const pieces: (string | { mark: string })[] = [];
  for (const piece of all) {
    const last = pieces.at(-1);
    if (piece.kind === 'mark') pieces.push({ mark: piece.body });
    else if (typeof last === 'string') pieces[pieces.length - 1] = last + Buffer.from(piece.data).toString('latin1');
    else pieces.push(Buffer.from(piece.data).toString('latin1'));
  }
  const text = pieces.filter((piece) => typeof piece === 'string').join('');
  return { text, marks: pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.mark])), pieces };
}

describe('a mark parser', () => {
  const stream = Buffer.concat([
    Buffer.from('a\x1e'),
    mark('command 1'),
    Buffer.from('x\x1ecicd:\x1e'),
    mark('ended 1'),
    Buffer.from('tail\x1ecicd:0123'),
  ]);
  const whole = ['a\x1e', { mark: 'command 1' }, 'x\x1ecicd:\x1e', { mark: 'ended 1' }, 'tail\x1ecicd:0123'];

  it('finds marks wherever the stream is cut once', () => {
    for (let cut = 0; cut <= stream.length; cut++)
      expect(parse([stream.subarray(0, cut), stream.subarray(cut)]).pieces).toEqual(whole);
  });

  it('finds marks when every byte comes alone', () => {
    expect(parse(Array.from(stream, (byte) => Uint8Array.of(byte))).pieces).toEqual(whole);
  });

  it('gives the same pieces for every stream, however it is cut', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((data) => Buffer.from(data)),
      fc
        .constantFrom(
          '\x1e',
          '\x1ecicd:',
          `\x1ecicd:${token}`,
          `\x1ecicd:${token}:`,
          '\n',
          `\x1ecicd:${token}:${'x'.repeat(70)}\n`,
        )
        .map((text) => Buffer.from(text)),
      fc.constantFrom('begun', 'command 12', 'outputs').map(mark),
    );
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 12 }), fc.array(fc.nat(400)), (parts, cuts) => {
        const data = Buffer.concat(parts);
        const places = [0, ...cuts.filter((cut) => cut < data.length).toSorted((a, b) => a - b), data.length];
        const chunks = places.slice(1).map((end, index) => data.subarray(places[index], end));
        expect(parse(chunks)).toEqual(parse([data]));
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps every byte that is no mark', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uint8Array({ maxLength: 30 }), fc.constant(null))), (parts) => {
        const bytes = parts.map((part) => (part === null ? mark('command 1') : Buffer.from(part)));
        const text = Buffer.concat(parts.filter((part) => part !== null).map((part) => Buffer.from(part))).toString(
          'latin1',
        );
        expect(parse(bytes)).toMatchObject({
          text,
          marks: parts.filter((part) => part === null).map(() => 'command 1'),
        });
      }),
    );
  });

  it('holds nothing back of output that begins no mark', () => {
    const parser = createMarkParser(token);
    expect(parser.push(Buffer.from('progress 10%\r'))).toEqual([{ kind: 'text', data: Buffer.from('progress 10%\r') }]);
    expect(parser.push(Buffer.from('\x1enot ours'))).toEqual([{ kind: 'text', data: Buffer.from('\x1enot ours') }]);
  });

  it('takes a mark of another token for text', () => {
    const foreign = formatMark('f'.repeat(16), 'command 1');
    expect(parse([Buffer.from(foreign)])).toEqual({ text: foreign, marks: [], pieces: [foreign] });
  });
});
