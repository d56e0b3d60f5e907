import { row } from './row.ts';

export const artifactCodes = {
  'artifact.not_found': row(404, 1, 'No artifact has this key in this run.'),
  'artifact.exists': row(409, 1, 'Another step of this run already stored an artifact under this key.'),
  'artifact.key_refused': row(400, 2, 'An artifact key is not of an allowed shape.'),
  'artifact.corrupt': row(500, 1, 'The stored bytes do not match their checksum.'),
} as const;
