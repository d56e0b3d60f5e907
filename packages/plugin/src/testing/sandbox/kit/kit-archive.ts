import { Readable } from 'node:stream';
import { extract, pack, type Header } from 'tar-stream';

export type TarEntry = Partial<Header> & { readonly name: string; readonly content?: string };

/** A tar stream of these entries. */
export function tarOf(...entries: readonly TarEntry[]): Readable {
  const archive = pack();
  for (const { content, ...header } of entries) archive.entry({ ...header }, content ?? '');
  archive.finalize();
  return Readable.from(archive, { objectMode: false });
}

export interface UnpackedEntry {
  readonly type: string;
  readonly executable: boolean;
  readonly content: string;
  readonly target?: string;
}

/** What a tar stream holds, by name without the closing slash. */
export async function untar(archive: Readable): Promise<Map<string, UnpackedEntry>> {
  const found = new Map<string, UnpackedEntry>();
  const entries = extract();
  const fed = Readable.from(archive).pipe(entries);
  for await (const entry of entries) {
    const { name, type, mode, linkname } = entry.header;
    const parts: Uint8Array[] = [];
    for await (const part of entry) parts.push(part as Uint8Array);
    found.set(name.replace(/\/$/, ''), {
      type,
      executable: (mode & 0o100) !== 0,
      content: Buffer.concat(parts).toString(),
      ...(linkname && { target: linkname }),
    });
  }
  void fed;
  return found;
}
