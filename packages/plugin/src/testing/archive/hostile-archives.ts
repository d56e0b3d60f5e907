import type { ArchiveCase } from './archive-case.ts';
import { hostileHeaders } from './hostile-headers.ts';
import { hostileLinks } from './hostile-links.ts';
import { hostileNames } from './hostile-names.ts';
import { hostileStreams } from './hostile-streams.ts';

/** Archives that everything that unpacks refuses whole, each with a harmless twin that it takes; by what they try. */
export const hostileArchives: Readonly<Record<string, readonly ArchiveCase[]>> = {
  'names that leave the tree': hostileNames,
  'links that leave the tree, and second entries': hostileLinks,
  'headers that programs read differently': hostileHeaders,
  'streams that are no whole archive': hostileStreams,
};
