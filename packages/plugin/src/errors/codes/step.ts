import { row } from './row.ts';

export const stepCodes = {
  'step.unknown_type': row(400, 2, 'No step of this type is registered.'),
  'step.duplicate_type': row(500, 2, 'Two step types have the same name.'),
  'step.config_invalid': row(422, 1, "A step's configuration does not fit its schema once its templates are resolved."),
  'step.command_failed': row(422, 1, 'A command ended with a non-zero exit code.'),
  'step.out_of_memory': row(422, 1, 'The container was killed because it reached its memory limit.'),
  'step.timeout': row(422, 1, 'The step reached its deadline.'),
  'step.cancelled': row(409, 130, 'The step was cancelled.'),
  'step.unexpected': row(500, 1, 'A step ended with an error that nobody expected.'),
} as const;
