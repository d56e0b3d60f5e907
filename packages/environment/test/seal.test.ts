import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { keyLength, open, seal } from '../src/seal.ts';

const key = randomBytes(keyLength);
const content = fc.uint8Array({ maxLength: 200 });
const place = fc.array(fc.string(), { maxLength: 4 });

describe('seal and open', () => {
  it('give back what was sealed', () => {
    fc.assert(
      fc.property(content, place, (plain, where) => {
        expect(open(key, seal(key, plain, where), where)).toEqual(Buffer.from(plain));
      }),
    );
  });

  it('refuse another place, even one of the same letters', () => {
    fc.assert(
      fc.property(content, place, place, (plain, where, other) => {
        fc.pre(JSON.stringify(where) !== JSON.stringify(other));
        expect(open(key, seal(key, plain, where), other)).toBeUndefined();
      }),
    );
    expect(open(key, seal(key, Buffer.from('x'), ['a', 'bc']), ['ab', 'c'])).toBeUndefined();
  });

  it('refuse every changed bit and every cut', () => {
    const sealed = seal(key, Buffer.from('the value'), ['here']);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(open(key, changed, ['here'])).toBeUndefined();
    }
    for (let length = 0; length < sealed.length; length += 1)
      expect(open(key, sealed.subarray(0, length), ['here'])).toBeUndefined();
  });

  it('refuse another key', () => {
    expect(open(randomBytes(keyLength), seal(key, Buffer.from('x'), []), [])).toBeUndefined();
  });

  it('never seal the same twice', () => {
    const once = () => seal(key, Buffer.from('x'), []).toString('hex');
    expect(new Set(Array.from({ length: 100 }, once)).size).toBe(100);
  });
});
