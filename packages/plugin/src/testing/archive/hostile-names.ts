import { refusedEntry, type ArchiveCase } from './archive-case.ts';
import { gnuLongName, paxHeader, paxRecord, rawEntry } from './raw-archive.ts';

/** The ways in which an archive says a name. */
const carriers: readonly (readonly [string, (name: string | Buffer) => readonly Buffer[]])[] = [
  ['its header', (name) => [rawEntry({ name, content: 'x' })]],
  ['a long name of GNU', (name) => [gnuLongName(name), rawEntry({ name: 'short', content: 'x' })]],
  ['an extended header', (name) => [paxHeader(paxRecord('path', name)), rawEntry({ name: 'short', content: 'x' })]],
];

const climbing = [
  '..',
  '../escape',
  '../../escape',
  './../escape',
  'a/..',
  'a/../b',
  'a/../../escape',
  'a/./../../escape',
  'a/b/../../../escape',
  '//../escape',
  '/',
  '/escape',
  '//escape',
  '/etc/passwd',
  '/workspace/escape',
  '.',
  'a/.',
];

const tooLong = [
  ['a path that is too deep', 'd/'.repeat(64) + 'file', 'd/'.repeat(63) + 'file'],
  ['a name that is too long', 'n'.repeat(256), 'n'.repeat(255)],
  ['a path that is too long', `${`${'n'.repeat(99)}/`.repeat(41)}file`, `${`${'n'.repeat(99)}/`.repeat(30)}file`],
] as const;

const notText = Buffer.from([0x61, 0xff, 0xfe, 0x62]);

/** Names that leave the tree, are none, or are more than a file system takes. */
export const hostileNames: readonly ArchiveCase[] = [
  ...climbing.flatMap((name) =>
    carriers.map(([carrier, entry]) =>
      refusedEntry(`the path ${JSON.stringify(name)} in ${carrier}`, entry(name), entry('inside/file')),
    ),
  ),
  ...carriers.map(([carrier, entry]) =>
    refusedEntry(`a name that is not UTF-8 in ${carrier}`, entry(notText), entry('aü-b')),
  ),
  ...carriers
    .slice(1)
    .flatMap(([carrier, entry]) =>
      tooLong.map(([what, name, twin]) =>
        refusedEntry(`${what} in ${carrier}`, entry(name), entry(twin), 'archive.too_large'),
      ),
    ),
  ...['/etc', '..', 'a/../..', '/'].map((prefix) =>
    refusedEntry(
      `the prefix ${JSON.stringify(prefix)}`,
      [rawEntry({ prefix, name: 'escape' })],
      [rawEntry({ prefix: 'inside', name: 'escape' })],
    ),
  ),
  refusedEntry(
    'a file without a name',
    [rawEntry({ name: '', content: 'x' })],
    [rawEntry({ name: 'n', content: 'x' })],
  ),
];
