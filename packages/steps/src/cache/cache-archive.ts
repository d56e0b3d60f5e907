import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { CicdError, createArchiveGuard, relativeToWorkspace, type Workspace } from '@cicd/plugin';
import { pack, type Pack } from 'tar-stream';
import { addEntry, tarEntries } from '../artifact/tar-entries.ts';

/**
 * The paths of a workspace as one archive relative to it; undefined when none of them is there.
 * Its error: `archive.entry_refused` and its like for what could not be unpacked again.
 */
export async function cacheArchive(
  workspace: Workspace,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Readable | undefined> {
  const [first, ...rest] = await openPaths(workspace, paths, signal);
  if (!first) return undefined;
  const archive = pack();
  fill(archive, [first, ...rest]).catch((error: unknown) => archive.destroy(error as Error));
  return Readable.from(archive as AsyncIterable<Uint8Array>, { objectMode: false });
}

interface OpenPath {
  /** Relative to the workspace; empty for what lies in it directly. */
  readonly folder: string;
  readonly content: Readable;
}

async function openPaths(workspace: Workspace, paths: readonly string[], signal: AbortSignal): Promise<OpenPath[]> {
  const opened: OpenPath[] = [];
  for (const path of paths) {
    const relative = relativeToWorkspace(path);
    try {
      const content = await workspace.copyOut(path, { signal });
      opened.push({ folder: relative === '' ? '' : posix.dirname(relative), content });
    } catch (error) {
      if (!CicdError.isInstance(error) || error.code !== 'sandbox.path_not_found') throw error;
    }
  }
  return opened;
}

async function fill(archive: Pack, paths: readonly OpenPath[]): Promise<void> {
  const guard = createArchiveGuard();
  for (const { folder, content } of paths) {
    const placed = (name: string) => posix.join(folder, name);
    for await (const entry of tarEntries(content)) {
      const { header } = entry;
      const name = placed(header.name);
      const linkname = header.type === 'link' ? placed(header.linkname) : header.linkname;
      guard({ name, type: header.type ?? 'unknown', size: header.size, linkName: linkname });
      await addEntry(archive, { ...header, name, linkname, uid: 0, gid: 0, uname: '', gname: '', pax: null }, entry);
    }
  }
  archive.finalize();
}
