import { refusedEntry, type ArchiveCase } from './archive-case.ts';
import { gnuLongName, paxHeader, paxRecord, rawEntry } from './raw-archive.ts';

type Carrier = (name: string, flag: '1' | '2', target: string) => readonly Buffer[];

const carriers: readonly (readonly [string, Carrier])[] = [
  ['its header', (name, flag, link) => [rawEntry({ name, flag, link })]],
  ['a long link of GNU', (name, flag, link) => [gnuLongName(link, 'K'), rawEntry({ name, flag, link: 'short' })]],
  [
    'an extended header',
    (name, flag, link) => [paxHeader(paxRecord('linkpath', link)), rawEntry({ name, flag, link: 'short' })],
  ],
];

const file = (name: string): Buffer => rawEntry({ name, content: 'x' });
const folder = (name: string): Buffer => rawEntry({ name, flag: '5' });
const symlink = (name: string, link: string): Buffer => rawEntry({ name, flag: '2', link });
const hardLink = (name: string, link: string): Buffer => rawEntry({ name, flag: '1', link });

const symbolicTargets: readonly (readonly [string, string])[] = [
  ['link', '..'],
  ['link', '../escape'],
  ['link', '../../etc'],
  ['link', '/'],
  ['link', '//etc'],
  ['link', '/etc/passwd'],
  ['link', '/workspace/file'],
  ['link', './../escape'],
  ['link', 'a/../../escape'],
  ['link', 'a/..'],
  ['a/link', '../..'],
  ['a/link', '../../escape'],
  ['a/b/link', '../b/../../../escape'],
];

const hardTargets = [
  '..',
  '../escape',
  '/etc/passwd',
  '/target',
  'target/../../escape',
  './../target',
  'missing',
  'folder',
  '.',
  'pointer',
];

const chains: readonly (readonly [string, readonly Buffer[], readonly Buffer[]])[] = [
  [
    'a file through a link',
    [symlink('link', 'folder'), file('link/file')],
    [symlink('link', 'folder'), file('folder/file')],
  ],
  [
    'a file through a link that is written in another way',
    [symlink('./a//link', '../folder'), file('a/./link/file')],
    [symlink('./a//link', '../folder'), file('a/./folder/file')],
  ],
  [
    'a folder through a link',
    [symlink('link', 'folder'), folder('link/folder')],
    [symlink('link', 'folder'), folder('folder/folder')],
  ],
  [
    'a link through a link',
    [symlink('link', 'folder'), symlink('link/up', 'file')],
    [symlink('link', 'folder'), symlink('folder/up', 'file')],
  ],
  [
    'a hard link through a link',
    [file('folder/file'), symlink('link', 'folder'), hardLink('hard', 'link/file')],
    [file('folder/file'), symlink('link', 'folder'), hardLink('hard', 'folder/file')],
  ],
  [
    'a hard link below a link',
    [file('file'), symlink('link', 'folder'), hardLink('link/hard', 'file')],
    [file('file'), symlink('link', 'folder'), hardLink('folder/hard', 'file')],
  ],
  [
    'a link that climbs behind another link',
    [symlink('top/deep/down', '../..'), symlink('top/up', 'deep/down/../x')],
    [symlink('top/deep/down', '../..'), symlink('top/up', 'deep/down/x')],
  ],
  [
    'a hard link to a link',
    [symlink('link', 'file'), hardLink('hard', 'link')],
    [symlink('link', 'file'), file('file'), hardLink('hard', 'file')],
  ],
  [
    'a hard link to a file that comes after it',
    [hardLink('hard', 'file'), file('file')],
    [file('file'), hardLink('hard', 'file')],
  ],
  ['a hard link to itself', [hardLink('hard', 'hard')], [file('file'), hardLink('hard', 'file')]],
  ['a link to nothing', [symlink('link', '')], [symlink('link', 'somewhere')]],
];

const second: readonly (readonly [string, readonly Buffer[], readonly Buffer[]])[] = [
  ['a file', [file('name'), file('name')], [file('name'), file('other')]],
  ['a file in another spelling', [file('a/name'), file('./a//name')], [file('a/name'), file('./a//other')]],
  ['a link for a file', [file('name'), symlink('name', 'x')], [file('name'), symlink('other', 'x')]],
  ['a file for a link', [symlink('name', 'x'), file('name')], [symlink('name', 'x'), file('other')]],
  ['a link for a link', [symlink('name', 'x'), symlink('name', 'y')], [symlink('name', 'x'), symlink('other', 'y')]],
  ['a folder for a link', [symlink('name', 'x'), folder('name')], [symlink('name', 'x'), folder('other')]],
  ['a link for a folder', [folder('name'), symlink('name', 'x')], [folder('name'), folder('name')]],
  [
    'a link for a folder that was implied',
    [file('name/file'), symlink('name', 'x')],
    [file('name/file'), folder('name')],
  ],
  ['a file for a folder', [folder('name'), file('name')], [folder('name'), file('name/file')]],
  ['a folder for a file', [file('name'), folder('name')], [file('name'), folder('other')]],
  ['a hard link for a file', [file('name'), hardLink('name', 'name')], [file('name'), hardLink('other', 'name')]],
  ['a file below a file', [file('name'), file('name/file')], [file('name'), file('folder/file')]],
];

/** Links that leave the tree, by themselves or by others, and entries that take the place of others. */
export const hostileLinks: readonly ArchiveCase[] = [
  ...symbolicTargets.flatMap(([name, target]) =>
    carriers.map(([carrier, entry]) =>
      refusedEntry(
        `${name}, a link to ${JSON.stringify(target)}, in ${carrier}`,
        entry(name, '2', target),
        entry(name, '2', 'inside/file'),
      ),
    ),
  ),
  ...hardTargets.flatMap((target) =>
    carriers.map(([carrier, entry]) => {
      const before = [file('target'), folder('folder'), symlink('pointer', 'target')];
      return refusedEntry(
        `a hard link to ${JSON.stringify(target)}, in ${carrier}`,
        [...before, ...entry('hard', '1', target)],
        [...before, ...entry('hard', '1', 'target')],
      );
    }),
  ),
  ...chains.map(([title, hostile, twin]) => refusedEntry(title, hostile, twin)),
  ...second.map(([title, hostile, twin]) => refusedEntry(`a second entry: ${title}`, hostile, twin)),
];
