import { row } from './row.ts';

export const planCodes = {
  'plan.invalid': row(422, 2, 'A pipeline cannot be planned with what was given; each problem is listed.'),
  'plan.input_unknown': row(422, 2, 'A value was given for an input that the pipeline does not declare.'),
  'plan.input_missing': row(422, 2, 'A required input has no value.'),
  'plan.input_invalid': row(422, 2, "An input's value does not fit its declaration."),
  'plan.matrix_invalid': row(
    422,
    2,
    'A matrix has no combination, a value that cannot be resolved, or more than 256 combinations.',
  ),
} as const;
