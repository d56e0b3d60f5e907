import { row } from './row.ts';

export const artifactCodes = {
  'artifact.not_found': row(404, 1, 'No artifact has this key in this run.'),
  'artifact.exists': row(409, 1, 'Another step of this run already stored an artifact under this key.'),
  'artifact.key_refused': row(400, 2, 'An artifact key is not of an allowed shape.'),
  'artifact.corrupt': row(500, 1, 'The stored bytes do not match their checksum.'),
  'artifact.store_failed': row(
    503,
    1,
    'The artifact store could not be read or written: the disk is full, or a permission is missing.',
  ),
  'artifact.nothing_matched': row(422, 1, 'A glob matched no file in the workspace.'),
  'artifact.no_previous_run': row(
    422,
    1,
    'An artifact of the previous run was asked for, and the pipeline has none that succeeded.',
  ),
} as const;
