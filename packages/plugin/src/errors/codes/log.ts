import { row } from './row.ts';

export const logCodes = {
  'log.not_found': row(404, 1, 'There is no log of this step and attempt.'),
  'log.exists': row(409, 1, 'This attempt has a log already, or its log is being written.'),
  'log.key_refused': row(400, 2, 'An attempt is not a number from 1.'),
  'log.quota_exceeded': row(
    409,
    1,
    'The logs of a run have reached their quota; the step that went on writing failed.',
  ),
  'log.closed': row(500, 1, 'A log was written to after it was closed.'),
  'log.watch_failed': row(503, 1, 'A log cannot be followed, because the system has no file watches left.'),
  'log.write_failed': row(503, 1, 'A log could not be written to disk; nothing that was acknowledged is lost.'),
} as const;
