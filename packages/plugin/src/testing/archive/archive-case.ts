import { endMark, rawEntry } from './raw-archive.ts';

/** A hostile archive beside a harmless one that differs from it in nothing but what makes it hostile. */
export interface ArchiveCase {
  readonly title: string;
  /** The error's code. */
  readonly code: 'archive.entry_refused' | 'archive.malformed' | 'archive.too_large';
  readonly hostile: Buffer;
  readonly twin: Buffer;
}

/** The file that stands before the trouble: it must not be unpacked either. */
export const firstFile = 'first.txt';

const first = rawEntry({ name: firstFile, content: 'first' });
const last = rawEntry({ name: 'last.txt', content: 'last' });

/** These blocks between two harmless files. */
export const surrounded = (...blocks: readonly Buffer[]): Buffer => Buffer.concat([first, ...blocks, last, endMark]);

/** Blocks that are refused as an entry, and their twin. */
export const refusedEntry = (
  title: string,
  hostile: readonly Buffer[],
  twin: readonly Buffer[],
  code: ArchiveCase['code'] = 'archive.entry_refused',
): ArchiveCase => ({ title, code, hostile: surrounded(...hostile), twin: surrounded(...twin) });
