import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createMasker } from '../../src/masking/index.ts';
import { MaskingStream } from '../../src/masking/masking-stream.ts';
import { buildAutomaton } from '../../src/masking/pattern-automaton.ts';
import { secretForms } from '../../src/masking/secret-forms.ts';
import { naiveMasking } from './naive-masking.ts';

/** Few letters, so that secrets overlap, begin one another and repeat themselves. */
const crowded = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n', '/'), minLength: 4, maxLength: 14 });
const wild = fc.string({ unit: 'binary', minLength: 4, maxLength: 40 });
const cuts = fc.array(fc.nat(), { maxLength: 12 });

function split(text: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...at.map((cut) => cut % (text.length + 1)), text.length].toSorted((left, right) => left - right);
  return ends.map((end, index) => text.subarray(ends[index - 1] ?? 0, end));
}

function pass(stream: { push(data: Uint8Array): Uint8Array; end(): Uint8Array }, pieces: readonly Buffer[]): Buffer {
  return Buffer.concat([...pieces.map((piece) => Buffer.from(stream.push(piece))), Buffer.from(stream.end())]);
}

describe('masking', () => {
  it('covers what a naive search covers, and changes nothing else, wherever the stream is split', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n', '/', 'x'), maxLength: 200 });
    fc.assert(
      fc.property(fc.array(crowded, { maxLength: 6 }), text, cuts, (secrets, plain, at) => {
        const bytes = Buffer.from(plain);
        const masked = pass(createMasker(secrets).stream(), split(bytes, at));
        expect(masked.toString('latin1')).toBe(naiveMasking(bytes, secrets.flatMap(secretForms)).toString('latin1'));
      }),
      { numRuns: 300 },
    );
  });

  it('finds any patterns in any bytes', () => {
    const letter = fc.constantFrom(0, 1, 255);
    const pattern = fc
      .uint8Array({ minLength: 4, maxLength: 9 })
      .chain((seed) => fc.tuple(...[...seed].map(() => letter)));
    const noise = fc.array(letter, { maxLength: 300 });
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 12 }), noise, cuts, (patterns, bytes, at) => {
        const forms = patterns.map((one) => Buffer.from(one));
        const text = Buffer.from(bytes);
        const masked = pass(new MaskingStream(buildAutomaton(forms)), split(text, at));
        expect(masked.toString('hex')).toBe(naiveMasking(text, forms).toString('hex'));
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaks no secret in any form between random surroundings', () => {
    fc.assert(
      fc.property(
        fc.array(wild, { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.uint8Array(),
        fc.uint8Array(),
        cuts,
        (secrets, pick, before, after, at) => {
          const forms = secrets.flatMap(secretForms);
          if (forms.length === 0) return;
          const form = forms[pick % forms.length] as Buffer;
          const text = Buffer.concat([before, form, after]);
          const masked = pass(createMasker(secrets).stream(), split(text, at));
          expect(masked.equals(naiveMasking(text, forms))).toBe(true);
          expect(masked.includes('***')).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('holds back only what may become a match', () => {
    fc.assert(
      fc.property(
        fc.array(crowded, { minLength: 1, maxLength: 4 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'x') }),
        (secrets, plain) => {
          const forms = secrets.flatMap(secretForms);
          const text = Buffer.from(plain);
          const stream = createMasker(secrets).stream();
          const passed = Buffer.from(stream.push(text));
          const held = stream.end();
          expect(Buffer.concat([passed, held]).equals(naiveMasking(text, forms))).toBe(true);
          const begun = text.map((_, at) =>
            Number(forms.some((form) => form.subarray(0, text.length - at).equals(text.subarray(at)))),
          );
          const first = begun.indexOf(1);
          expect(held.length).toBeLessThanOrEqual(first < 0 ? 0 : text.length - first);
        },
      ),
    );
  });
});
