import { row } from './row.ts';

export const requestCodes = {
  'request.invalid': row(400, 2, 'A parameter or the body of a request is not of the right shape.'),
  'request.not_found': row(404, 2, 'The server has nothing at this path, or not by this method.'),
  'request.too_large': row(413, 2, 'The body of a request is larger than the server reads.'),
} as const;
