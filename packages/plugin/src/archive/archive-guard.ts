import { archiveTooLarge, entryRefused } from './archive-refusal.ts';

/** What the guard looks at of a tar entry. */
export interface ArchiveEntry {
  readonly name: string;
  /** `file`, `directory`, `symlink`, `link`, or anything else, which is refused. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  readonly linkName?: string | null | undefined;
}

/** An entry that may be unpacked: its path is relative, normal, and stays in the tree. Empty: the tree's own root. */
export interface AllowedEntry {
  readonly path: string;
  /** The target: as written for a symbolic link, a path of the tree for a hard link. */
  readonly linkPath?: string;
}

export interface ArchiveLimits {
  /** Entries, and the folders that their paths only imply. Default 1,000,000. */
  readonly entries?: number;
  /** Of all contents together. Default 64 GiB. */
  readonly bytes?: number;
  /** Segments of a path. Default 64. */
  readonly depth?: number;
  /** Bytes of all names together, which are held in memory. Default 128 MiB. */
  readonly nameBytes?: number;
}

export const defaultArchiveBytes = 64 * 2 ** 30;

/** What file systems take. */
const longestPath = 4096;
const longestSegment = 255;

/**
 * The rule for archives as a function: give it every entry in order; it returns what may be unpacked, and throws
 * `archive.entry_refused` or `archive.too_large` for what may not. It remembers what it let pass, so that no later
 * entry goes through a link, takes the place of another one, or is a hard link to anything but an earlier file; and
 * it lets `..` stand only at the front of a link's target, where its meaning does not depend on other links.
 */
export function createArchiveGuard(limits: ArchiveLimits = {}): (entry: ArchiveEntry) => AllowedEntry {
  const { entries: mostEntries = 1_000_000, bytes: mostBytes = defaultArchiveBytes } = limits;
  const { depth: deepest = 64, nameBytes: mostNameBytes = 128 * 2 ** 20 } = limits;
  const placed = new Map<string, 'file' | 'folder' | 'symlink'>();
  let entries = 0;
  let bytes = 0;
  let nameBytes = 0;

  const count = (name: string): void => {
    entries += 1;
    if (entries > mostEntries) throw archiveTooLarge(`It holds more than ${mostEntries} entries.`, name);
  };

  const pathInTree = (entry: ArchiveEntry, name: string): string => {
    if (name.startsWith('/')) throw entryRefused(entry.name, 'is absolute');
    if (name.includes('\0')) throw entryRefused(entry.name, 'holds a zero byte');
    // What the reader makes of bytes that are no UTF-8: two names may become one.
    if (name.includes('\uFFFD')) throw entryRefused(entry.name, 'has a name that is not UTF-8');
    const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
    if (segments.includes('..')) throw entryRefused(entry.name, 'climbs with ".."');
    if (segments.length > deepest) throw archiveTooLarge(`A path is deeper than ${deepest} folders.`, entry.name);
    if (segments.some((segment) => Buffer.byteLength(segment) > longestSegment))
      throw archiveTooLarge(`A name has more than ${longestSegment} bytes.`, entry.name);
    return segments.join('/');
  };

  const placeFolders = (entry: ArchiveEntry, path: string): void => {
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      const ancestor = path.slice(0, end);
      const kind = placed.get(ancestor);
      if (kind === 'symlink') throw entryRefused(entry.name, 'goes through a symbolic link of the same archive');
      if (kind === 'file') throw entryRefused(entry.name, 'goes through a file of the same archive');
      if (kind === undefined) {
        count(entry.name);
        placed.set(ancestor, 'folder');
      }
    }
  };

  const place = (entry: ArchiveEntry, path: string, kind: 'file' | 'folder' | 'symlink'): void => {
    const there = placed.get(path);
    if (there !== undefined && !(there === 'folder' && kind === 'folder'))
      throw entryRefused(entry.name, `comes a second time, after a ${there} of this name`);
    placed.set(path, kind);
  };

  return (entry) => {
    const { name, type, size } = entry;
    const linkName = entry.linkName ?? '';
    count(name);
    bytes += size;
    if (bytes > mostBytes) throw archiveTooLarge(`It holds more than ${mostBytes} bytes.`, name);
    for (const written of [name, linkName]) {
      const length = Buffer.byteLength(written);
      nameBytes += length;
      if (length > longestPath) throw archiveTooLarge(`A path has more than ${longestPath} bytes.`, name);
    }
    if (nameBytes > mostNameBytes) throw archiveTooLarge(`Its names have more than ${mostNameBytes} bytes.`, name);
    const path = pathInTree(entry, name);
    if (path === '' && type !== 'directory') throw entryRefused(name, 'has no name');
    if (type !== 'directory' && /(^|\/)\.?$/.test(name)) throw entryRefused(name, `is a ${type} named like a folder`);
    placeFolders(entry, path);
    switch (type) {
      case 'file':
        place(entry, path, 'file');
        return { path };
      case 'directory':
        place(entry, path, 'folder');
        return { path };
      case 'link': {
        const linkPath = pathInTree(entry, linkName);
        if (placed.get(linkPath) !== 'file') throw entryRefused(name, 'is a hard link to no file that came before it');
        place(entry, path, 'file');
        return { path, linkPath };
      }
      case 'symlink': {
        if (!staysInside(path, linkName))
          throw entryRefused(name, `links to ${JSON.stringify(linkName.slice(0, 200))}, out of the tree`);
        place(entry, path, 'symlink');
        return { path, linkPath: linkName };
      }
      default:
        throw entryRefused(name, `is of the kind ${JSON.stringify(type)}`);
    }
  };
}

function staysInside(linkPath: string, target: string): boolean {
  if (target === '' || target.startsWith('/') || target.includes('\0') || target.includes('\uFFFD')) return false;
  const segments = target.split('/').filter((segment) => segment !== '' && segment !== '.');
  const firstName = segments.findIndex((segment) => segment !== '..');
  const climbs = firstName === -1 ? segments.length : firstName;
  return !segments.slice(climbs).includes('..') && climbs < linkPath.split('/').length;
}
