import { row } from './row.ts';

export const accessCodes = {
  'access.unauthenticated': row(
    401,
    1,
    'A request came without a token, or with one that is unknown, expired or revoked.',
  ),
  'access.forbidden': row(403, 1, 'The role of the one who asks does not allow this.'),
  'access.token_refused': row(400, 2, 'The name, the role or the lifetime of a new token is not allowed.'),
  'access.token_not_found': row(404, 2, 'There is no token of that id.'),
} as const;
