import { row } from './row.ts';

export const stepCodes = {
  'step.unknown_type': row(400, 2, 'No step of this type is registered.'),
  'step.duplicate_type': row(500, 2, 'Two step types have the same name.'),
  'step.config_invalid': row(422, 1, "A step's configuration does not fit its schema once its templates are resolved."),
  'step.command_failed': row(422, 1, 'A command ended with a non-zero exit code.'),
  'step.shell_unusable': row(
    422,
    1,
    'The shell of an image could not begin with the commands: the image lacks it, or a tool it needs.',
  ),
  'step.shell_refused': row(422, 2, 'A shell was asked for in a step that has no container.'),
  'step.input_lost': row(
    503,
    1,
    'The connection to the container broke before the commands were delivered; nothing was run.',
  ),
  'step.out_of_memory': row(422, 1, 'The container was killed because it reached its memory limit.'),
  'step.output_invalid': row(
    422,
    1,
    'What a step wrote to $CICD_OUTPUT is malformed, not declared, of another type, or too large.',
  ),
  'step.report_invalid': row(422, 1, 'A test report of a step cannot be read, or is too large.'),
  'step.workspace_missing': row(422, 2, 'A step needs the workspace, and runs without one.'),
  'step.validation_failed': row(422, 1, 'A value did not pass the checks of a step.validate.'),
  'step.inside_failed': row(422, 1, 'A step inside a structured step failed, and with it the step around it.'),
  'step.too_many_turns': row(422, 1, 'A loop reached its max_iterations.'),
  'step.route_missing': row(422, 1, 'A step.conditional has no route for its value, and no default.'),
  'step.inputs_invalid': row(422, 1, 'The inputs of a step.workflow_call do not fit the pipeline that it calls.'),
  'step.transform_failed': row(422, 1, 'An operation of a step.transform does not fit the value that it is given.'),
  'step.timeout': row(422, 1, 'The step reached its deadline.'),
  'step.cancelled': row(409, 130, 'The step was cancelled.'),
  'step.unexpected': row(500, 1, 'A step ended with an error that nobody expected.'),
} as const;
