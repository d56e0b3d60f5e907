import { StepFailure } from '../errors/step-failure.ts';

/** What the guard looks at of a tar entry. */
export interface ArchiveEntry {
  readonly name: string;
  /** `file`, `directory`, `symlink`, `link`, or anything else, which is refused. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  readonly linkName?: string | undefined;
}

/** An entry that may be unpacked: its path is relative, normal, and stays in the tree. Empty: the tree's own root. */
export interface AllowedEntry {
  readonly path: string;
  /** The target: as written for a symbolic link, a path of the tree for a hard link. */
  readonly linkPath?: string;
}

export interface ArchiveLimits {
  /** Default 1,000,000. */
  readonly entries?: number;
  /** Of all contents together. Default 64 GiB. */
  readonly bytes?: number;
  /** Segments of a path. Default 64. */
  readonly depth?: number;
}

/**
 * The rule of `Workspace.copyIn` as a function: give it every entry in order; it returns what may be unpacked, and
 * throws `archive.entry_refused` or `archive.too_large` for what may not. It remembers the symbolic links it let
 * pass, so that no later entry goes through one, and lets `..` stand only at the front of a link's target, where
 * its meaning does not depend on other links.
 */
export function createArchiveGuard(limits: ArchiveLimits = {}): (entry: ArchiveEntry) => AllowedEntry {
  const { entries: maximumEntries = 1_000_000, bytes: maximumBytes = 64 * 2 ** 30, depth: maximumDepth = 64 } = limits;
  const symbolicLinks = new Set<string>();
  let entries = 0;
  let bytes = 0;

  const pathInTree = (entry: ArchiveEntry, name: string): string => {
    if (name.startsWith('/')) throw refused(entry, 'is absolute');
    if (name.includes('\0')) throw refused(entry, 'holds a zero byte');
    const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
    if (segments.includes('..')) throw refused(entry, 'climbs with ".."');
    if (segments.length > maximumDepth) throw tooLarge(`A path is deeper than ${maximumDepth} folders.`, entry.name);
    let ancestor = '';
    for (const segment of segments.slice(0, -1)) {
      ancestor = ancestor === '' ? segment : `${ancestor}/${segment}`;
      if (symbolicLinks.has(ancestor)) throw refused(entry, 'goes through a symbolic link of the same archive');
    }
    return segments.join('/');
  };

  return (entry) => {
    entries += 1;
    bytes += entry.size;
    if (entries > maximumEntries) throw tooLarge(`It holds more than ${maximumEntries} entries.`, entry.name);
    if (bytes > maximumBytes) throw tooLarge(`It holds more than ${maximumBytes} bytes.`, entry.name);
    const path = pathInTree(entry, entry.name);
    if (path === '' && entry.type !== 'directory') throw refused(entry, 'has no name');
    switch (entry.type) {
      case 'file':
      case 'directory':
        return { path };
      case 'link': {
        const linkPath = pathInTree(entry, entry.linkName ?? '');
        if (linkPath === '') throw refused(entry, 'is a hard link to nothing');
        if (symbolicLinks.has(linkPath)) throw refused(entry, 'is a hard link to a symbolic link');
        return { path, linkPath };
      }
      case 'symlink': {
        const target = entry.linkName ?? '';
        if (!staysInside(path, target)) throw refused(entry, `links to ${JSON.stringify(target)}, out of the tree`);
        symbolicLinks.add(path);
        return { path, linkPath: target };
      }
      default:
        throw refused(entry, `is of the kind "${entry.type}"`);
    }
  };
}

function staysInside(linkPath: string, target: string): boolean {
  if (target === '' || target.startsWith('/') || target.includes('\0')) return false;
  const segments = target.split('/').filter((segment) => segment !== '' && segment !== '.');
  const firstName = segments.findIndex((segment) => segment !== '..');
  const climbs = firstName === -1 ? segments.length : firstName;
  return !segments.slice(climbs).includes('..') && climbs < linkPath.split('/').length;
}

const refused = (entry: ArchiveEntry, why: string): StepFailure =>
  new StepFailure({
    code: 'archive.entry_refused',
    message: `The archive entry ${JSON.stringify(entry.name.slice(0, 500))} ${why}.`,
    hint: 'Pack files, folders and links that stay inside the packed folder, with relative paths.',
    details: { entry: entry.name.slice(0, 500) },
  });

const tooLarge = (message: string, entry: string): StepFailure =>
  new StepFailure({
    code: 'archive.too_large',
    message: `The archive is too large. ${message}`,
    hint: 'Pack less, or raise the limit.',
    details: { entry: entry.slice(0, 500) },
  });
