import { gzipSync } from 'node:zlib';
import { surrounded, type ArchiveCase } from './archive-case.ts';
import { endMark, gnuLongName, paxHeader, paxRecord, rawEntry } from './raw-archive.ts';

const file = rawEntry({ name: 'file', content: 'x'.repeat(1000) });
const twin = surrounded(file);
const withoutEnd = twin.subarray(0, -endMark.length);

const malformed = (title: string, hostile: Buffer): ArchiveCase => ({
  title,
  code: 'archive.malformed',
  hostile,
  twin,
});

const compressed = (title: string, magic: readonly number[]): ArchiveCase =>
  malformed(`a stream that is compressed with ${title}`, Buffer.concat([Buffer.from(magic), withoutEnd]));

/** A block that some take for an entry, and others for an end. */
const onlyItsSum = (() => {
  const block = Buffer.alloc(512);
  block.write('000400\0 ', 148, 'latin1');
  return block;
})();

/** Streams that are no whole tar archive, or go on behind their end. */
export const hostileStreams: readonly ArchiveCase[] = [
  malformed('an archive without an end mark', withoutEnd),
  malformed('an archive with half an end mark', twin.subarray(0, -512)),
  malformed('an archive that ends in a content', twin.subarray(0, 1800)),
  malformed('an archive that ends in the filling behind a content', twin.subarray(0, 2540)),
  malformed('an archive that ends in a header', twin.subarray(0, 1100)),
  malformed('an archive that ends after one byte', twin.subarray(0, 1)),
  malformed('an archive that ends in an extended header', surrounded(paxHeader(paxRecord('a', 'b'))).subarray(0, 1600)),
  malformed('an entry behind the end mark', Buffer.concat([twin, rawEntry({ name: 'late' }), endMark])),
  malformed('an entry behind half an end mark', Buffer.concat([withoutEnd, Buffer.alloc(512), file, endMark])),
  malformed('a second archive behind the first', Buffer.concat([twin, twin])),
  malformed('a few bytes behind the end mark', Buffer.concat([twin, Buffer.from('more')])),
  malformed(
    'an extended header before the end mark',
    Buffer.concat([withoutEnd, paxHeader(paxRecord('a', 'b')), endMark]),
  ),
  malformed('a long name before the end mark', Buffer.concat([withoutEnd, gnuLongName('a'), endMark])),
  malformed('a header with a wrong sum', surrounded(rawEntry({ name: 'file', sum: '0000001\0' }))),
  malformed('a header of an unknown form', surrounded(rawEntry({ name: 'file', format: 'us-tar\x000' }))),
  malformed('a header of no form', surrounded(rawEntry({ name: 'file', format: '' }))),
  malformed('a header that is empty but for its sum', surrounded(onlyItsSum)),
  malformed('text', Buffer.alloc(2048, 'no tar')),
  malformed('a stream that is compressed', gzipSync(twin)),
  malformed('a stream that is compressed and tiny', gzipSync('')),
  compressed('gzip', [0x1f, 0x8b]),
  compressed('compress', [0x1f, 0x9d]),
  compressed('bzip2', [0x42, 0x5a, 0x68]),
  compressed('xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
  compressed('zstd', [0x28, 0xb5, 0x2f, 0xfd]),
  compressed('lz4', [0x04, 0x22, 0x4d, 0x18]),
  compressed('zip', [0x50, 0x4b, 0x03, 0x04]),
  compressed('7-Zip', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]),
  {
    title: 'more than a few mebibytes of nothing behind the end mark',
    code: 'archive.too_large',
    hostile: Buffer.concat([twin, Buffer.alloc(17 * 2 ** 20)]),
    twin: Buffer.concat([twin, Buffer.alloc(2 ** 20)]),
  },
];
