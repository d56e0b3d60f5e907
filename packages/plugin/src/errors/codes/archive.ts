import { row } from './row.ts';

export const archiveCodes = {
  'archive.entry_refused': row(
    422,
    1,
    'An archive holds an entry that is not allowed: a climbing path, a link out of the tree, a device.',
  ),
  'archive.too_large': row(422, 1, 'An archive is over a limit: bytes, entries or depth.'),
  'archive.malformed': row(422, 1, 'A stream is not a tar archive, or ends too early.'),
} as const;
