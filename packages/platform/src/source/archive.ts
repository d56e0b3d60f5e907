import { Readable } from 'node:stream';
import * as tar from 'tar';

/**
 * Packs each name of a file that has several as a file of its own: tar 7.5 has a race where there are hard links, and
 * then throws "write after end" out of everybody's reach, or never ends.
 */
function withoutHardLinks(_path: string, found: object): boolean {
  if ('nlink' in found) found.nlink = 1;
  return true;
}

/** A tar stream of files, or of folders with all that is in them, as they lie in a folder; links stay links. */
export function archive(folder: string, names: readonly string[], recurse: boolean): Readable {
  const pack = tar.create(
    { cwd: folder, portable: true, noDirRecurse: !recurse, preservePaths: false, filter: withoutHardLinks },
    [...names].map((name) => (name.startsWith('@') ? `./${name}` : name)),
  );
  const stream = Readable.from(pack as AsyncIterable<Buffer>, { objectMode: false });
  // Also after its reader has gone the pack looks for what it was to read next, which may be removed by then.
  pack.on('error', (error) => stream.destroy(error as Error));
  return stream;
}
