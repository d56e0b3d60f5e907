import { describe, expect, it } from '@jest/globals';
import { inOrder, inReverse } from '../src/part-order.ts';
import { fakePart } from './fake-part.ts';

const engine = fakePart('engine');
const image = fakePart('image', { needs: [engine] });
const registry = fakePart('registry', { needs: [image, engine] });
const database = fakePart('database');
const all = [registry, image, engine, database];

const names = (parts: readonly { name: string }[]) => parts.map((part) => part.name);

describe('inOrder', () => {
  it('puts every part after those it needs, each once', () => {
    expect(names(inOrder(all, []))).toEqual(['engine', 'image', 'registry', 'database']);
  });

  it('adds what a named part needs and nothing else', () => {
    expect(names(inOrder(all, ['image']))).toEqual(['engine', 'image']);
  });

  it('refuses a part that does not exist and lists those that do', () => {
    expect(() => inOrder(all, ['enigne'])).toThrow('"enigne". Parts: registry, image, engine, database');
  });
});

describe('inReverse', () => {
  it('puts every part before those it needs', () => {
    expect(names(inReverse(all, []))).toEqual(['database', 'registry', 'image', 'engine']);
  });

  it('takes along what stands on a named part', () => {
    expect(names(inReverse(all, ['image']))).toEqual(['registry', 'image']);
  });
});
