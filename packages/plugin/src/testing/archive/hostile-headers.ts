import { refusedEntry, type ArchiveCase } from './archive-case.ts';
import { gnuLongName, paxHeader, paxRecord, rawEntry } from './raw-archive.ts';

const file = (content = 'x'): Buffer => rawEntry({ name: 'file', content });

/** Every kind but files, folders, links and what says long names. */
const kinds = ['3', '4', '6', '7', 'A', 'D', 'M', 'N', 'S', 'V', 'X', 'g', 'Z', '8', ' '].map((flag) =>
  refusedEntry(
    `an entry of the kind ${JSON.stringify(flag)}`,
    [rawEntry({ name: 'file', flag, content: flag === 'g' ? paxRecord('comment', 'x') : '' })],
    [file('')],
  ),
);

const withContent = [
  refusedEntry('a folder with content', [rawEntry({ flag: '5', content: 'x' })], [rawEntry({ flag: '5' })]),
  refusedEntry(
    'a file named like a folder, with content',
    [rawEntry({ name: 'folder/', content: file() })],
    [rawEntry({ name: 'folder/file', content: file() })],
  ),
  refusedEntry(
    'a file that is named like a folder by an empty name behind a prefix',
    [rawEntry({ prefix: 'folder', name: '', content: file() })],
    [rawEntry({ prefix: 'folder', name: 'file', content: file() })],
  ),
  refusedEntry(
    'a file that an extended header names like a folder',
    [paxHeader(paxRecord('path', 'folder/')), file()],
    [paxHeader(paxRecord('path', 'folder/file')), file()],
  ),
  refusedEntry(
    'a symbolic link with content',
    [rawEntry({ flag: '2', link: 'x', content: 'x' })],
    [rawEntry({ flag: '2', link: 'x' })],
  ),
  refusedEntry(
    'a hard link with content',
    [file(), rawEntry({ name: 'hard', flag: '1', link: 'file', content: 'x' })],
    [file(), rawEntry({ name: 'hard', flag: '1', link: 'file' })],
  ),
  refusedEntry(
    'a folder to which an extended header gives content',
    [paxHeader(paxRecord('size', '512')), rawEntry({ flag: '5' }), file('')],
    [paxHeader(paxRecord('mtime', '512')), rawEntry({ name: 'folder', flag: '5' }), file('')],
  ),
];

const binary = (...bytes: readonly number[]): Buffer =>
  Buffer.from([...bytes, ...Array<number>(12 - bytes.length).fill(0)]);
const goodBinary = (size: number): Buffer => {
  const field = binary(0x80);
  field.writeUIntBE(size, 6, 6);
  return field;
};

const sizes: readonly (readonly [string, string | Buffer])[] = [
  ['no octal digit', '00000000009\0'],
  ['a sign', '-0000000001\0'],
  ['a hexadecimal number', '0x000000001\0'],
  ['two numbers', '1 1        \0'],
  ['a digit behind the end', '1\x001'],
  ['letters', 'one'],
  ['a negative binary number', Buffer.alloc(12, 0xff)],
  ['a huge binary number', binary(0x80, 0x7f, 0xff)],
  ['a binary number of an unknown form', binary(0xc0)],
];

const hostileSizes = sizes.map(([what, size]) =>
  refusedEntry(
    `a size that is ${what}`,
    [rawEntry({ content: 'x', size })],
    [rawEntry({ content: 'x', size: typeof size === 'string' ? '1 ' : goodBinary(1) })],
    'archive.malformed',
  ),
);

const record = (text: string): Buffer => paxHeader(Buffer.from(text));
const harmless = paxHeader(paxRecord('mtime', '1.5'));

const paxForms: readonly (readonly [string, Buffer])[] = [
  ['a record that is too long', record('99 path=x\n')],
  ['a record that is too short', record('5 path=x\n')],
  ['a record of length zero', record('0 path=x\n')],
  ['a length that is no number', record('1x path=x\n')],
  ['a length with a zero before it', record('010 path=x\n')],
  ['a record without an end', record('9 path=xy')],
  ['a record without a key', record('5 =x\n')],
  ['a record without a value', record('7 path\n')],
  ['zeros behind its records', paxHeader(paxRecord('mtime', '1'), Buffer.alloc(3))],
  ['a path that is said twice', paxHeader(paxRecord('path', 'a'), paxRecord('path', 'b'))],
  ['a size that is negative', paxHeader(paxRecord('size', '-1'))],
  ['a size with an exponent', paxHeader(paxRecord('size', '1e0'))],
  ['a size that is hexadecimal', paxHeader(paxRecord('size', '0x1'))],
  ['a size with a space', paxHeader(paxRecord('size', ' 1'))],
  ['no size at all', paxHeader(paxRecord('size', ''))],
  ['a size that no number holds', paxHeader(paxRecord('size', '99999999999999999999'))],
  ['no record', paxHeader()],
];

const paxMeanings: readonly (readonly [string, Buffer])[] = [
  ['a sparse map', paxHeader(paxRecord('GNU.sparse.map', '0,1'))],
  ['a sparse version', paxHeader(paxRecord('GNU.sparse.major', '1'), paxRecord('GNU.sparse.minor', '0'))],
  ['a sparse name', paxHeader(paxRecord('GNU.sparse.name', '../escape'))],
  ['another real size', paxHeader(paxRecord('SCHILY.realsize', '100000'))],
  ['another kind', paxHeader(paxRecord('SCHILY.filetype', 'chr'))],
  ['another character set', paxHeader(paxRecord('hdrcharset', 'BINARY'))],
  ['an empty path', paxHeader(paxRecord('path', ''))],
  ['a path with a zero byte', paxHeader(paxRecord('path', 'a\0/../../escape'))],
  ['a target with a zero byte', paxHeader(paxRecord('linkpath', 'a\0/../../escape'))],
];

const extensions = [
  ...paxForms.map(([what, header]) =>
    refusedEntry(`an extended header with ${what}`, [header, file()], [harmless, file()], 'archive.malformed'),
  ),
  ...paxMeanings.map(([what, header]) =>
    refusedEntry(`an extended header with ${what}`, [header, file()], [harmless, file()]),
  ),
  refusedEntry(
    'an extended header that hides an entry in a content',
    [paxHeader(paxRecord('size', '0')), rawEntry({ content: rawEntry({ name: '../escape' }) })],
    [paxHeader(paxRecord('size', '512')), rawEntry({ content: rawEntry({ name: '../escape' }) })],
  ),
  refusedEntry(
    'an extended header that hides an entry behind a content',
    [paxHeader(paxRecord('size', '1000000')), file(), rawEntry({ name: '../escape' })],
    [paxHeader(paxRecord('size', '1')), file(), rawEntry({ name: 'second' })],
    'archive.malformed',
  ),
  refusedEntry('two extended headers', [harmless, harmless, file()], [harmless, file()], 'archive.malformed'),
  refusedEntry(
    'an extended header of more than a mebibyte',
    [paxHeader(paxRecord('comment', 'x'.repeat(2 ** 20))), file()],
    [paxHeader(paxRecord('comment', 'x'.repeat(2 ** 19))), file()],
    'archive.too_large',
  ),
  refusedEntry(
    'two long names',
    [gnuLongName('a'), gnuLongName('b'), file()],
    [gnuLongName('a'), file()],
    'archive.malformed',
  ),
  refusedEntry(
    'a long name beside a path',
    [gnuLongName('a'), paxHeader(paxRecord('path', 'b')), file()],
    [gnuLongName('a'), harmless, file()],
  ),
  refusedEntry(
    'a path beside a long name',
    [paxHeader(paxRecord('path', 'b')), gnuLongName('a'), file()],
    [harmless, gnuLongName('a'), file()],
  ),
  refusedEntry(
    'a long target beside a target',
    [gnuLongName('a', 'K'), paxHeader(paxRecord('linkpath', 'b')), rawEntry({ flag: '2', link: 'c' })],
    [gnuLongName('a', 'K'), harmless, rawEntry({ flag: '2', link: 'c' })],
  ),
  refusedEntry('a long name that goes on behind its end', [gnuLongName('a\0b'), file()], [gnuLongName('ab'), file()]),
  refusedEntry('a long name that is empty', [gnuLongName(''), file()], [gnuLongName('a'), file()]),
];

/** What stands in headers, and programs read differently. */
export const hostileHeaders: readonly ArchiveCase[] = [...kinds, ...withContent, ...hostileSizes, ...extensions];
