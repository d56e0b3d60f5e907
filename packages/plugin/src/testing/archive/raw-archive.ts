/** An entry written field by field: also what no packing program writes. */
export interface RawEntry {
  readonly name?: string | Buffer;
  /** Default `0`, a file. */
  readonly flag?: string;
  readonly link?: string | Buffer;
  readonly prefix?: string;
  readonly content?: string | Buffer;
  /** The field as it stands there. Default: the length of the content, in octal digits. */
  readonly size?: string | Buffer;
  /** Default: that of POSIX. */
  readonly format?: string;
  /** Default: the right one. */
  readonly sum?: string;
}

const padded = (content: Buffer): Buffer => Buffer.concat([content, Buffer.alloc(-content.length & 511)]);

/** The blocks of an entry, without an end mark. */
export function rawEntry(entry: RawEntry): Buffer {
  const { name = 'file', flag = '0', link = '', prefix = '', content = '', format = 'ustar\x0000', sum } = entry;
  const bytes = Buffer.from(content as string);
  const { size = `${bytes.length.toString(8).padStart(11, '0')}\0` } = entry;
  const header = Buffer.alloc(512);
  const put = (text: string | Buffer, from: number, to: number): void => {
    const field = Buffer.from(text as string);
    if (field.length > to - from) throw new Error(`${field.length} bytes do not fit into a field of ${to - from}`);
    header.set(field, from);
  };
  put(name, 0, 100);
  put('0000644\0', 100, 108);
  put('0000000\0', 108, 116);
  put('0000000\0', 116, 124);
  put(size, 124, 136);
  put('00000000000\0', 136, 148);
  put('        ', 148, 156);
  put(flag, 156, 157);
  put(link, 157, 257);
  put(format, 257, 265);
  put(prefix, 345, 500);
  const right = header.reduce((total, byte) => total + byte, 0);
  put(sum ?? `${right.toString(8).padStart(6, '0')}\0 `, 148, 156);
  return Buffer.concat([header, padded(bytes)]);
}

export const endMark = Buffer.alloc(1024);

/** The record of an extended header, with its length. */
export function paxRecord(key: string, value: string | Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value as string), Buffer.from('\n')]);
  let length = rest.length;
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

export const paxHeader = (...records: readonly Buffer[]): Buffer =>
  rawEntry({ name: 'PaxHeader', flag: 'x', content: Buffer.concat(records) });

export const gnuLongName = (name: string | Buffer, flag: 'L' | 'K' = 'L'): Buffer =>
  rawEntry({
    name: '././@LongLink',
    flag,
    content: Buffer.concat([Buffer.from(name as string), Buffer.alloc(1)]),
  });
