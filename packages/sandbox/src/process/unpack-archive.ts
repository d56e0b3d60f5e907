import { createWriteStream } from 'node:fs';
import { link, lstat, mkdir, realpath, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { checkedArchive, createArchiveGuard, pathRefused, type AllowedEntry } from '@cicd/plugin';
import { extract, type Header } from 'tar-stream';
import { archiveTrouble } from './archive-trouble.ts';

/** A folder below the root, made when missing, that no link leads out of. */
async function folderInside(root: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const real = await realpath(folder);
  if (real !== root && !real.startsWith(`${root}${path.sep}`)) throw pathRefused(folder);
  return real;
}

async function place(
  root: string,
  destination: string,
  entry: AllowedEntry,
  header: Header,
  content: AsyncIterable<unknown>,
): Promise<void> {
  const target = path.join(destination, entry.path);
  if (header.type === 'directory') {
    await folderInside(root, target);
    return;
  }
  const file = path.join(await folderInside(root, path.dirname(target)), path.basename(target));
  const present = await lstat(file).catch(() => undefined);
  if (present) await rm(file, { recursive: true });
  if (header.type === 'symlink') await symlink(entry.linkPath ?? '', file);
  else if (header.type === 'link')
    await link(
      path.join(
        await folderInside(root, path.dirname(path.join(destination, entry.linkPath ?? ''))),
        path.basename(entry.linkPath ?? ''),
      ),
      file,
    );
  // Everyone who may run steps here is the owner: its rights are what matters.
  else await pipeline(Readable.from(content), createWriteStream(file, { mode: (header.mode & 0o111) | 0o664 }));
}

/** Unpacks a tar stream below a folder of the workspace; one with what may not be there is refused whole (see `checkedArchive`). */
export async function unpackArchive(
  archive: Readable,
  root: string,
  destination: string,
  signal?: AbortSignal,
): Promise<void> {
  const checked = await checkedArchive(archive, { signal });
  const guard = createArchiveGuard();
  const entries = extract();
  const abandon = (reason: unknown) => entries.destroy(reason instanceof Error ? reason : new Error(String(reason)));
  const onAbort = () => abandon(signal?.reason);
  try {
    const realRoot = await realpath(root);
    await folderInside(realRoot, destination);
    signal?.throwIfAborted();
    // Only now: the reader tells nobody of an error that came before it was asked for entries.
    signal?.addEventListener('abort', onAbort, { once: true });
    checked.on('error', abandon).pipe(entries);
    for await (const entry of entries) {
      const { name, type, size, linkname } = entry.header;
      const allowed = guard({ name, type, size: size ?? 0, linkName: linkname });
      await place(realRoot, destination, allowed, entry.header, entry);
      entry.resume();
    }
  } catch (error) {
    throw archiveTrouble(error, signal);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    entries.destroy();
    checked.destroy();
  }
}
