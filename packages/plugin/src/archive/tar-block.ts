import { archiveMalformed, entryRefused } from './archive-refusal.ts';

/** The single fields of a header block: https://www.gnu.org/software/tar/manual/html_node/Standard.html */
const fields = {
  name: [0, 100],
  size: [124, 136],
  sum: [148, 156],
  typeFlag: 156,
  magic: [257, 263],
  prefix: [345, 500],
} as const;

const kinds: Readonly<Record<string, string>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'character device',
  '4': 'block device',
  '5': 'directory',
  '6': 'pipe',
  '7': 'contiguous file',
  D: 'folder with a list of names',
  g: 'global header, which changes the entries behind it',
  K: 'long link name',
  L: 'long name',
  M: 'part of a file of another volume',
  S: 'sparse file',
  V: 'label of a volume',
  x: 'extended header',
};

/** What the first bytes of a compressed stream are. */
const compressions: readonly (readonly [string, string])[] = [
  ['gzip', '1f8b'],
  ['compress', '1f9d'],
  ['compress', '1fa0'],
  ['bzip2', '425a68'],
  ['xz', 'fd377a585a00'],
  ['zstd', '28b52ffd'],
  ['lz4', '04224d18'],
  ['zip', '504b0304'],
  ['7-Zip', '377abcaf271c'],
];

/** How a stream that begins so is compressed; undefined when it is not. */
export const compressionOf = (start: Buffer): string | undefined => {
  const beginning = start.toString('hex', 0, 8);
  return compressions.find(([, magic]) => beginning.startsWith(magic))?.[0];
};

export const isZero = (block: Buffer): boolean => block.every((byte) => byte === 0);

const untilZero = (bytes: Buffer): string => {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
};

/** Some readers take it for an end mark, and others for an entry. */
const isZeroButForItsSum = (block: Buffer): boolean =>
  isZero(block.subarray(0, fields.sum[0])) && isZero(block.subarray(fields.sum[1]));

/** As the block itself has it: a header before it may say another one. */
export function entryName(block: Buffer): string {
  const name = untilZero(block.subarray(...fields.name));
  const prefix = untilZero(block.subarray(...fields.prefix));
  const isPosix = block.toString('latin1', ...fields.magic) === 'ustar\0';
  return isPosix && prefix !== '' ? `${prefix}/${name}` : name;
}

export function kindOf(block: Buffer): string {
  const flag = String.fromCharCode(block[fields.typeFlag] ?? 0);
  return kinds[flag] ?? `entry of the unknown kind ${JSON.stringify(flag)}`;
}

const formats = ['ustar\x00', 'ustar  \0'];

/** POSIX's form or GNU's, and the sum is right. Errors: `archive.malformed`. */
export function checkHeader(block: Buffer): void {
  const [from, to] = fields.sum;
  const said = Number.parseInt(block.toString('latin1', from, to), 8);
  // The field itself counts as spaces.
  const sum = block.reduce((total, byte, at) => total + (at >= from && at < to ? 0x20 : byte), 0);
  if (said !== sum) throw archiveMalformed('a header does not match its sum');
  if (isZeroButForItsSum(block)) throw archiveMalformed('an entry is empty');
  const magic = block.toString('latin1', fields.magic[0], fields.magic[0] + 8);
  if (!formats.some((format) => magic.startsWith(format)))
    throw archiveMalformed('a header is neither of the form of POSIX nor of that of GNU');
}

/** Errors: `archive.malformed` for anything but plain octal digits or a positive binary number. */
export function entrySize(block: Buffer): number {
  const field = block.subarray(...fields.size);
  const digits = /^ *([0-7]*)[ \0]*$/.exec(field.toString('latin1'))?.[1];
  if (digits !== undefined) return digits === '' ? 0 : Number.parseInt(digits, 8);
  // GNU's form for what octal digits cannot say: 0x80, then the number.
  const isBinary = field[0] === 0x80 && field.subarray(1, 6).every((byte) => byte === 0);
  if (!isBinary) throw archiveMalformed('an entry says a size that is no number');
  return field.readUIntBE(6, 6);
}

/** The content of GNU's header for a long name. Errors: `archive.entry_refused`. */
export function longName(content: Buffer): string {
  const name = untilZero(content);
  if (name === '' || !isZero(content.subarray(Buffer.byteLength(name)))) {
    // A name that is no UTF-8 has another length as text: it is refused all the same.
    throw entryRefused(name, 'has an empty long name, one that is not UTF-8, or a zero byte in it');
  }
  return name;
}
