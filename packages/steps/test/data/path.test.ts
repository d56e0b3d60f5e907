import { describe, expect, it } from '@jest/globals';
import { each, parseDataPath, valueAt, withValueAt } from '../../src/data/path.ts';

const data = {
  items: [
    { price: 1, tags: ['a', 'b'] },
    { price: 2, tags: [] },
  ],
  'x.y': { 'q"r': true },
};
const at = (path: string) => valueAt(data, parseDataPath(path) ?? ['no path']);

describe('a path into a value', () => {
  it.each([
    ['', []],
    ['.', []],
    ['a', ['a']],
    ['.a.b', ['a', 'b']],
    ['a[0].b', ['a', 0, 'b']],
    ['[0][1]', [0, 1]],
    ['a[*].b', ['a', each, 'b']],
    ['["x.y"]["q\\"r"]', ['x.y', 'q"r']],
    ['a-b_c$', ['a-b_c$']],
  ])('%s is read', (text, path) => {
    expect(parseDataPath(text)).toEqual(path);
  });

  it.each(['a b', 'a[', 'a[x]', 'a[-1]', 'a..b', 'a]', 'a[0]b', '["x]', 'a.'])('%s is none', (text) => {
    expect(parseDataPath(text)).toBeUndefined();
  });

  it('finds what is there, and nothing that is not the value’s own', () => {
    expect(at('items[1].price')).toBe(2);
    expect(at('items[*].price')).toEqual([1, 2]);
    expect(at('items[*].tags[*]')).toEqual(['a', 'b']);
    expect(at('["x.y"]["q\\"r"]')).toBe(true);
    for (const path of ['items[2]', 'items.length.x', 'toString', '__proto__', 'items[0].price.x', 'items[0][*]'])
      expect(at(path)).toBeUndefined();
  });

  it('replaces what is there, and leaves the value itself alone', () => {
    const before = structuredClone(data);
    const double = (found: unknown) => Number(found) * 2;
    expect(withValueAt(data, parseDataPath('items[*].price') ?? [], double)).toEqual({
      ...data,
      items: [
        { price: 2, tags: ['a', 'b'] },
        { price: 4, tags: [] },
      ],
    });
    expect(withValueAt(data, ['items', 1, 'price'], double)).toHaveProperty('items.1.price', 4);
    expect(withValueAt(data, ['items', each, 'none'], double)).toBeUndefined();
    expect(data).toEqual(before);
  });
});
