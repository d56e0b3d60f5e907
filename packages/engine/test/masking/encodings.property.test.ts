import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkSecret, createMasker } from '../../src/masking/index.ts';
import { secretEncodings } from '../../src/testing/secret-encodings.ts';

const plain = fc.string({ unit: 'grapheme-ascii', minLength: 4, maxLength: 20 });
const foreign = fc.string({ unit: 'grapheme', minLength: 4, maxLength: 12 });
const quoted = fc.string({
  unit: fc.constantFrom("'", '"', '\\', '$', '`', '/', '+', ' ', 'a', '7'),
  minLength: 6,
  maxLength: 14,
});
const manyLines = fc.array(plain, { minLength: 2, maxLength: 3 }).map((lines) => lines.join('\n'));
const secret = fc
  .oneof(plain, foreign, quoted, manyLines)
  .filter((value) => checkSecret('S', value).every(({ severity }) => severity !== 'error'));
/** What stands beside it: nothing of this is in a secret's encodings. */
const neighbour = fc.constantFrom('', '\n', '|', '\t', '§§', '\u0000', '\u001b[0m');

/** The texts of two streams, masked as their pieces come in turn. */
function maskedTogether(
  masker: ReturnType<typeof createMasker>,
  [out, error]: readonly [Buffer, Buffer],
  cut: number,
): readonly [string, string] {
  const streams = [masker.stream(), masker.stream()] as const;
  const passed: [Uint8Array[], Uint8Array[]] = [[], []];
  for (const [from, to] of [
    [0, cut],
    [cut, undefined],
  ] as const) {
    passed[0].push(Uint8Array.from(streams[0].push(out.subarray(from, to))));
    passed[1].push(Uint8Array.from(streams[1].push(error.subarray(from, to))));
  }
  passed[0].push(Uint8Array.from(streams[0].end()));
  passed[1].push(Uint8Array.from(streams[1].end()));
  return [Buffer.concat(passed[0]).toString(), Buffer.concat(passed[1]).toString()];
}

describe('a secret in any encoding', () => {
  it('is masked between any neighbours, wherever a chunk ends, in both streams at once', () => {
    fc.assert(
      fc.property(secret, fc.array(secret, { maxLength: 2 }), neighbour, neighbour, (value, others, before, after) => {
        const masker = createMasker([value, ...others]);
        for (const { name, text, telltales } of secretEncodings(value)) {
          const out = Buffer.from(`${before}${text}${after}`);
          const error = Buffer.from(`${after}${text}${text}${before}`);
          for (let cut = 0; cut <= error.length; cut += 1) {
            for (const masked of maskedTogether(masker, [out, error], cut)) {
              if (telltales.some((telltale) => masked.includes(telltale)) || !masked.includes('***'))
                throw new Error(`${name}, cut at ${cut}: ${JSON.stringify(masked)}`);
            }
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is told by what is looked for: nothing is masked without the secret', () => {
    fc.assert(
      fc.property(secret, (value) => {
        for (const { text, telltales } of secretEncodings(value)) {
          const masked = createMasker([]).text(text);
          expect(telltales.every((telltale) => masked.includes(telltale))).toBe(true);
        }
      }),
    );
  });
});
