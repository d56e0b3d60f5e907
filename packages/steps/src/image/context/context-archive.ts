import { Readable } from 'node:stream';
import { StepFailure } from '@cicd/plugin';
import { pack, type Pack } from 'tar-stream';
import { addEntry, tarEntries, type TarEntry } from '../../artifact/tar-entries.ts';
import type { Ignores } from './ignore-file.ts';

export interface ContextParts {
  /** For errors. */
  readonly folder: string;
  readonly ignores: Ignores;
  /** A file of the folder that must be there, and comes along whatever is left out. */
  readonly needed: string | undefined;
  /** A file from elsewhere. */
  readonly added: { readonly name: string; readonly content: Uint8Array } | undefined;
  /** What is said when the needed file is not there. */
  missing(): Error;
}

/** More than any build has, and fewer than would fill a disk by mistake. */
const mostEntries = 2_000_000;
const mostBytes = 64 * 2 ** 30;

/** Users and groups of the workspace mean nothing in an image, and its folders hand on their group: a set-group-id bit is ours. */
const folderMode = 0o777;

/** An archive of a folder as a build takes it: names relative to it, owned by root. Errors come with the stream. */
export function contextArchive(source: Readable, { folder, ignores, needed, added, missing }: ContextParts): Readable {
  const archive = pack();
  fill(archive).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error as Error),
  );
  const readable = Readable.from(archive as AsyncIterable<Uint8Array>, { objectMode: false });
  readable.once('close', () => source.destroy());
  return readable;

  async function fill(into: Pack): Promise<void> {
    if (added)
      await addEntry(
        into,
        { name: added.name, size: added.content.length, mode: 0o644 },
        Readable.from([added.content]),
      );
    let isThere = needed === undefined;
    let [entries, bytes] = [0, 0];
    for await (const entry of tarEntries(source)) {
      const { header } = entry;
      const name = belowRoot(header.name);
      if (name === '' && header.type !== 'directory') throw invalid(folder, `it is a ${header.type}, not a folder`);
      entries += 1;
      bytes += header.size ?? 0;
      if (entries > mostEntries || bytes > mostBytes) throw invalid(folder, 'it is larger than a context may be');
      if (name === needed && header.type !== 'file')
        throw invalid(`${folder}/${name}`, `it is a ${header.type}, not a file`);
      isThere ||= name === needed;
      if (name === '' || (name !== needed && ignores(name))) entry.resume();
      else await take(into, entry, name);
    }
    if (!isThere) throw missing();
  }

  async function take(into: Pack, entry: TarEntry, name: string): Promise<void> {
    const { header } = entry;
    const kept = { name, uid: 0, gid: 0, uname: '', gname: '', pax: null };
    if (header.type === 'link') {
      const linkname = belowRoot(header.linkname ?? '');
      if (ignores(linkname))
        throw invalid(folder, `${name} is a hard link to ${linkname}, which .dockerignore leaves out`);
      await addEntry(into, { ...header, ...kept, linkname }, entry);
    } else if (header.type === 'directory')
      await addEntry(into, { ...header, ...kept, mode: (header.mode ?? 0o755) & folderMode }, entry);
    else if (header.type === 'file' || header.type === 'symlink') await addEntry(into, { ...header, ...kept }, entry);
    else entry.resume();
  }
}

/** `app/src/main.js` → `src/main.js`; the folder itself → ``. */
const belowRoot = (name: string) => name.replace(/^\.\//, '').split('/').slice(1).join('/').replace(/\/$/, '');

const invalid = (folder: string, why: string): StepFailure =>
  new StepFailure({
    code: 'image.context_invalid',
    message: `${folder} cannot be the context of a build: ${why}.`,
    hint: 'Name a folder of the workspace, and leave out with .dockerignore what the build does not need.',
  });
