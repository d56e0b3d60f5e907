import { describe, expect, it } from '@jest/globals';
import { formatImageReference, parseImageReference } from '../../src/index.ts';

const digest = `sha256:${'0'.repeat(64)}`;

describe('an image reference', () => {
  it.each([
    ['busybox', { repository: 'busybox' }, 'busybox:latest'],
    ['library/busybox:1.36', { repository: 'library/busybox', tag: '1.36' }, undefined],
    ['localhost/a', { registry: 'localhost', repository: 'a' }, 'localhost/a:latest'],
    ['127.0.0.1:5000/a/b-c__d.e:x_1', { registry: '127.0.0.1:5000', repository: 'a/b-c__d.e', tag: 'x_1' }, undefined],
    ['[::1]:5000/a:1', { registry: '[::1]:5000', repository: 'a', tag: '1' }, undefined],
    [`r.example.com/a@${digest}`, { registry: 'r.example.com', repository: 'a', digest }, undefined],
    [`a:1@${digest}`, { repository: 'a', tag: '1', digest }, `a@${digest}`],
  ])('%s is read', (text, parts, written = text) => {
    expect(parseImageReference(text)).toEqual(parts);
    expect(formatImageReference(parseImageReference(text))).toBe(written);
  });

  it.each([
    '',
    ':',
    'A',
    'a:',
    'a:-x',
    `a:${'x'.repeat(129)}`,
    'a@b',
    `a@${digest}@${digest}`,
    'a//b',
    '/a',
    'a/',
    'a..b',
    '-a',
    'a b',
    'ex ample.com/a',
    'a.b:x/c',
    'a?x',
    'a#x',
    'a%2e',
    '..',
    'é',
    'a'.repeat(256),
  ])('%j is none', (text) => {
    expect(() => parseImageReference(text)).toThrow(expect.objectContaining({ code: 'image.reference_invalid' }));
  });
});
