import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CicdError, createArchiveGuard, relativeToWorkspace, type ArchiveEntry } from '../../src/index.ts';

const segment = fc.constantFrom('a', 'b', 'c', '.', '..', '');
const entry: fc.Arbitrary<ArchiveEntry> = fc.record({
  name: fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('/')),
  type: fc.constantFrom('file', 'directory', 'symlink', 'symlink', 'link'),
  size: fc.constant(0),
  linkName: fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('/')),
});

/** Where a path leads once the links are followed, as a file system would; null when it leaves the root. */
function resolve(links: ReadonlyMap<string, string>, start: string, hops = 0): string | null {
  const done: string[] = [];
  for (const [index, part] of start.split('/').entries()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (done.pop() === undefined) return null;
      continue;
    }
    done.push(part);
    const target = links.get(done.join('/'));
    if (target !== undefined) {
      if (hops > 40) return done.join('/');
      const rest = start.split('/').slice(index + 1);
      return resolve(links, [...done.slice(0, -1), target, ...rest].join('/'), hops + 1);
    }
  }
  return done.join('/');
}

describe('createArchiveGuard', () => {
  it('lets nothing through that leaves the tree, whatever links came before', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), (entries) => {
        const guard = createArchiveGuard();
        const links = new Map<string, string>();
        for (const one of entries) {
          let allowed;
          try {
            allowed = guard(one);
          } catch (error) {
            if (!CicdError.isInstance(error)) throw error;
            continue;
          }
          expect(path.posix.normalize(allowed.path)).not.toMatch(/^\.\.|^\//);
          if (one.type === 'symlink') links.set(allowed.path, allowed.linkPath ?? '');
          if (one.type === 'link') expect(links.has(allowed.linkPath ?? '')).toBe(false);
          for (const [link] of links) expect(resolve(links, link)).not.toBeNull();
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    [{ entries: 1 }, ['a', 'b']],
    [{ bytes: 15 }, ['a', 'b']],
    [{ depth: 2 }, ['a/b/c']],
  ])('holds the limit %j', (limits, names) => {
    const guard = createArchiveGuard(limits);
    const feed = () => names.forEach((name) => guard({ name, type: 'file', size: 10 }));
    expect(feed).toThrow(expect.objectContaining({ code: 'archive.too_large' }));
  });
});

describe('relativeToWorkspace', () => {
  it.each([
    ['/workspace', ''],
    ['/workspace/', ''],
    ['/workspace/a/../b/', 'b'],
    ['//workspace/a', 'a'],
  ])('%s is %j', (given, expected) => expect(relativeToWorkspace(given)).toBe(expected));

  it.each([
    '',
    '/',
    'workspace',
    '/workspaces',
    '/workspace/..',
    '/workspace/../etc',
    './workspace',
    '/workspace/a\0b',
  ])('refuses %j', (given) => {
    expect(() => relativeToWorkspace(given)).toThrow(expect.objectContaining({ code: 'sandbox.path_refused' }));
  });
});
