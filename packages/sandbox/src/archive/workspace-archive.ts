import { Readable } from 'node:stream';
import { CicdError, createArchiveGuard, malformedArchive } from '@cicd/plugin';
import { extract, pack, type Extract, type Header, type Pack } from 'tar-stream';

export interface WorkspaceArchiveOptions {
  /** Folders that everything is put below; made before. */
  readonly below?: readonly string[];
  /** The group that all users of a run are in. */
  readonly group: number;
}

/**
 * Rewrites a tar stream so that it may be unpacked in a workspace: every entry passes the shared rule for archives,
 * belongs to root and the workspace's group, and can be written by that group; folders hand the group on (setgid).
 * Folders that the archive only implies become entries, for the same reason. Set-user bits and extended attributes
 * are dropped. Errors, on the stream: `archive.entry_refused`, `archive.too_large`, `archive.malformed`.
 */
export function workspaceArchive(archive: Readable, options: WorkspaceArchiveOptions): Readable {
  const packed = pack();
  const entries = extract();
  // Who reads the result hears of an error by reading; these listeners keep one that comes later from being fatal.
  packed.on('error', () => undefined);
  let broken: unknown;
  entries.on('error', (error) => (broken ??= error));
  const onClose = (): void => {
    if (!archive.readableEnded) entries.destroy(archive.errored ?? new Error('Unexpected end of data'));
  };
  archive.on('error', onClose);
  archive.on('close', onClose);
  // It may have ended so before anybody listened.
  if (archive.destroyed) onClose();
  packed.on('close', () => {
    entries.destroy();
    archive.destroy();
  });
  archive.pipe(entries);
  rewrite(entries, packed, options).then(
    () => packed.finalize(),
    (error: unknown) => packed.destroy(CicdError.isInstance(error) ? error : ourError(broken ?? error)),
  );
  return Readable.from(packed, { objectMode: false });
}

type TarHeader = Partial<Header> & Pick<Header, 'name'>;

async function rewrite(entries: Extract, packed: Pack, { below = [], group }: WorkspaceArchiveOptions): Promise<void> {
  // Asked for before anything is awaited: the reader tells a later listener nothing of an error that came before.
  const iterator = entries[Symbol.asyncIterator]();
  const guard = createArchiveGuard();
  const folders = new Set(['']);
  const place = (path: string): string => [...below, path].filter((part) => part !== '').join('/');
  const folder = async (path: string, mode: number, mtime?: Date): Promise<void> => {
    folders.add(path);
    await add(packed, {
      name: `${path}/`,
      type: 'directory',
      mode: (mode & 0o777) | 0o2770,
      uid: 0,
      gid: group,
      ...(mtime && { mtime }),
    });
  };
  const foldersAbove = async (path: string): Promise<void> => {
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      const above = path.slice(0, end);
      if (!folders.has(above)) await folder(above, 0o775);
    }
  };
  const root = place('');
  if (root !== '') {
    await foldersAbove(root);
    await folder(root, 0o775);
  }
  for await (const entry of { [Symbol.asyncIterator]: () => iterator }) {
    const { name, type = 'file', size = 0, linkname, mode = 0o644, mtime } = entry.header;
    const allowed = guard({ name, type, size, linkName: linkname });
    const path = place(allowed.path);
    await foldersAbove(path);
    if (type === 'directory') {
      if (allowed.path !== '') await folder(path, mode, mtime);
      entry.resume();
      continue;
    }
    const target = type === 'link' ? place(allowed.linkPath ?? '') : allowed.linkPath;
    const header: TarHeader = {
      name: path,
      type,
      // Its group may do what its owner may.
      mode: (mode & 0o777) | 0o660 | ((mode & 0o100) >> 3),
      uid: 0,
      gid: group,
      ...(mtime && { mtime }),
      ...(target !== undefined && { linkname: target }),
    };
    if (type === 'file') await add(packed, { ...header, size }, entry);
    else {
      await add(packed, header);
      entry.resume();
    }
  }
}

async function add(packed: Pack, header: TarHeader, content?: AsyncIterable<unknown>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const sink = packed.entry(header, (error) => (error ? reject(error) : resolve()));
  // Destroyed with the whole, whose reader hears of it.
  sink.on('error', reject);
  promise.catch(() => undefined);
  for await (const part of content ?? []) {
    if (!sink.write(part)) await new Promise<void>((drained) => void sink.once('drain', () => drained()));
  }
  sink.end(Buffer.alloc(0));
  return promise;
}

const ourError = (error: unknown): Error => (CicdError.isInstance(error) ? error : malformedArchive(error));
