import { addAbortSignal, Readable } from 'node:stream';
import { createArchiveGuard, StepFailure, type ArtifactMetadata, type Workspace } from '@cicd/plugin';
import { pack, type Pack } from 'tar-stream';
import { executableType, plainType, tarType } from './media-types.ts';
import { parseSourcePath } from './source-path.ts';
import { addEntry, tarEntries, type TarEntry } from './tar-entries.ts';

/** What is stored for a path of the workspace. */
export interface SourceContent {
  readonly content: Readable;
  /** Complete once the content has been read. */
  metadata(): Pick<ArtifactMetadata, 'kind' | 'files' | 'mediaType'>;
}

/**
 * Reads a file as its bytes, a folder as a tar archive whose names are relative to it, and a glob as an archive of the
 * files that match, relative to the part of the path before the first special character. Streamed, never held whole.
 *
 * Errors: `sandbox.path_not_found`, `sandbox.path_refused`; at the stream's end `artifact.nothing_matched`; as its
 * error `archive.entry_refused` for a link that leaves the folder and for devices and pipes.
 */
export async function readSource(
  workspace: Workspace,
  sourcePath: string,
  signal?: AbortSignal,
): Promise<SourceContent> {
  const { root, matches } = parseSourcePath(sourcePath);
  const archive = await workspace.copyOut(root, signal && { signal });
  if (signal) addAbortSignal(signal, archive);
  const entries = tarEntries(archive);
  const first = await entries.next();
  if (first.done) throw nothing(sourcePath);
  const { type, name, linkname } = first.value.header;
  if (matches || belowRoot(name) !== '' || type === 'directory')
    return folderContent(first.value, entries, matches, sourcePath);
  if (type === 'file') return fileContent(first.value, entries);
  await entries.return(undefined);
  throw nothing(sourcePath, `it is a ${type} to ${linkname}; name its target`);
}

function fileContent(entry: TarEntry, rest: AsyncGenerator<TarEntry>): SourceContent {
  async function* bytes() {
    yield* entry;
    // The archive is read to its end, so that its source ends too.
    for await (const more of rest) more.resume();
  }
  const content = Readable.from(bytes(), { objectMode: false });
  content.once('close', () => void rest.return(undefined));
  const mediaType = ((entry.header.mode ?? 0) & 0o111) === 0 ? plainType : executableType;
  return { content, metadata: () => ({ kind: 'file', files: 1, mediaType }) };
}

function folderContent(
  first: TarEntry,
  rest: AsyncIterable<TarEntry>,
  matches: ((path: string) => boolean) | undefined,
  sourcePath: string,
): SourceContent {
  const archive = pack();
  let files = 0;

  async function* all() {
    yield first;
    yield* rest;
  }
  async function fill(): Promise<void> {
    // What could not be unpacked again is not stored.
    const guard = createArchiveGuard();
    const taken = (path: string) => path !== '' && (matches === undefined || matches(path));
    for await (const entry of all()) {
      const { header } = entry;
      const name = belowRoot(header.name);
      if (!taken(name) || (matches && header.type === 'directory')) {
        entry.resume();
        continue;
      }
      const linkname = header.type === 'link' ? belowRoot(header.linkname) : header.linkname;
      if (header.type === 'link' && !taken(linkname)) throw halfLink(name, linkname);
      guard({ name, type: header.type ?? 'unknown', size: header.size, linkName: linkname });
      if (header.type !== 'directory') files++;
      // Who owned it means nothing elsewhere; a path in `pax` would win over the new name.
      await addEntry(archive, { ...header, name, linkname, uid: 0, gid: 0, uname: '', gname: '', pax: null }, entry);
    }
    if (matches && files === 0) throw nothing(sourcePath);
    archive.finalize();
  }
  fill().catch((error: unknown) => archive.destroy(error as Error));
  return { content: toReadable(archive), metadata: () => ({ kind: 'directory', files, mediaType: tarType }) };
}

/** `dist/js/a.js` → `js/a.js`; the root itself → ``. */
export const belowRoot = (name: string) => name.replace(/^\.\//, '').split('/').slice(1).join('/').replace(/\/$/, '');

const toReadable = (archive: Pack) => Readable.from(archive as AsyncIterable<Uint8Array>, { objectMode: false });

const nothing = (sourcePath: string, why?: string) =>
  new StepFailure({
    code: 'artifact.nothing_matched',
    message: `no file in the workspace matches ${sourcePath}${why === undefined ? '' : `: ${why}`}`,
    hint: 'A glob matches whole paths: `/workspace/reports/**/*.xml`. Names that begin with a dot need the dot written.',
  });

const halfLink = (name: string, target: string) =>
  new StepFailure({
    code: 'archive.entry_refused',
    message: `${name} is a hard link to ${target}, which the glob leaves out`,
    hint: 'Widen the glob so that it takes both.',
  });
