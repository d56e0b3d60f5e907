import { row } from './row.ts';

export const gateCodes = {
  'gate.rejected': row(422, 1, 'An approver rejected a gate.'),
  'gate.timed_out': row(422, 1, 'Nobody decided a gate in time.'),
  'gate.conditions_unmet': row(422, 1, 'A condition of an automated gate does not hold.'),
} as const;
