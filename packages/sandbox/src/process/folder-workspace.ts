import { lstat, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pathNotFound, pathRefused, relativeToWorkspace, type Workspace } from '@cicd/plugin';
import { create } from 'tar';
import { unpackArchive } from './unpack-archive.ts';

/** A workspace that is a folder of this machine, named `workspace`. */
export interface FolderWorkspace extends Workspace {
  readonly folder: string;
}

/** The real path of what a configuration names; links may not lead out of the workspace. */
async function existing(root: string, source: string): Promise<string> {
  const file = path.join(root, relativeToWorkspace(source));
  if (!(await lstat(file).catch(() => undefined))) throw pathNotFound(source);
  const parent = await realpath(path.dirname(file));
  const realRoot = await realpath(root);
  if (file !== root && parent !== realRoot && !parent.startsWith(`${realRoot}${path.sep}`)) throw pathRefused(source);
  return file;
}

/** Bytes of all files below a folder; links are not followed, and what disappears meanwhile counts nothing. */
async function sizeOf(folder: string): Promise<number> {
  let size = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    size += (await lstat(path.join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
  }
  return size;
}

/**
 * Packs each name of a file that has several as a file of its own: tar 7.5 has a race where there are hard links, and
 * then throws "write after end" out of everybody's reach, or never ends.
 */
function withoutHardLinks(_path: string, found: object): boolean {
  if ('nlink' in found) found.nlink = 1;
  return true;
}

export function folderWorkspace(folder: string): FolderWorkspace {
  return {
    id: folder,
    folder,
    async copyIn(archive, destination, options = {}) {
      await unpackArchive(archive, folder, path.join(folder, relativeToWorkspace(destination)), options.signal);
    },
    async copyOut(source, options = {}) {
      const file = await existing(folder, source);
      const named = (entry: { path: string }) => {
        entry.path = entry.path.replace(/^\.\//, '');
      };
      // Without the dot a name that begins with @ would be taken for a list of archives.
      const pack = create({ cwd: path.dirname(file), portable: true, onWriteEntry: named, filter: withoutHardLinks }, [
        `./${path.basename(file)}`,
      ]);
      const stream = Readable.from(pack as AsyncIterable<Buffer>, { objectMode: false });
      options.signal?.addEventListener('abort', () => stream.destroy(options.signal?.reason as Error), { once: true });
      return stream;
    },
    measure: () => sizeOf(folder),
  };
}
