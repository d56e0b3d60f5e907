import { row } from './row.ts';

export const grantCodes = {
  'grant.refused': row(403, 2, 'A container asks for a privilege that the operator has not granted to the pipeline.'),
  'grant.invalid': row(422, 2, 'A privilege is malformed, or is one that nobody can grant.'),
} as const;
