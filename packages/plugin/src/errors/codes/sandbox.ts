import { row } from './row.ts';

export const sandboxCodes = {
  'sandbox.unavailable': row(503, 2, 'No container engine answers.'),
  'sandbox.image_missing': row(422, 1, 'An image could not be pulled.'),
  'sandbox.start_failed': row(
    422,
    1,
    'A process could not be started: its image lacks the user, program or folder that was asked for.',
  ),
  'sandbox.name_taken': row(409, 1, 'A process with this run, step and attempt exists already.'),
  'sandbox.path_not_found': row(404, 1, 'A path does not exist in the workspace.'),
  'sandbox.path_refused': row(400, 2, 'A path leaves the workspace.'),
  'sandbox.unsupported': row(422, 2, 'The sandbox cannot do what was asked of it.'),
  'sandbox.service_failed': row(422, 1, 'A service ended while the step beside it needed it.'),
  'sandbox.service_not_ready': row(422, 1, 'A service was not ready within the timeout of its check.'),
  'sandbox.engine_unsupported': row(503, 2, 'The container engine answers, but cannot run processes as promised.'),
  'sandbox.engine_failed': row(503, 1, 'The container engine failed or went away.'),
} as const;
