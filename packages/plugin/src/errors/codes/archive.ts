import { row } from './row.ts';

export const archiveCodes = {
  'archive.entry_refused': row(
    422,
    1,
    'An archive holds an entry that is not allowed: a climbing path, a link out of the tree, a device, a name for the second time. Nothing of it was unpacked.',
  ),
  'archive.too_large': row(422, 1, 'An archive is over a limit: bytes, entries or depth.'),
  'archive.malformed': row(422, 1, 'A stream is not a tar archive, is a compressed one, or ends too early.'),
  'archive.spool_failed': row(
    507,
    1,
    'An archive is kept in a temporary file while it is checked, and that could not be written: its disk is full, or a permission is missing.',
  ),
} as const;
