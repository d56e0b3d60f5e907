import { row } from './row.ts';

export const runCodes = {
  'run.not_found': row(404, 2, 'No run has this id.'),
  'run.ambiguous': row(409, 2, 'Several runs begin with this prefix.'),
  'run.exists': row(409, 2, 'A run with this id exists already.'),
  'run.id_refused': row(400, 2, 'A run id is not of the allowed shape.'),
  'run.too_large': row(413, 1, 'An event or a plan is too large to be stored.'),
  'run.sequence_conflict': row(409, 1, 'Another process has written to this run.'),
  'run.ended': row(409, 2, 'A run was to go on that has ended.'),
  'run.step_unknown': row(422, 2, 'A step was named that the pipeline does not have.'),
  'run.step_not_waiting': row(409, 2, 'A step was to be resumed that does not wait.'),
  'run.left': row(409, 2, 'Something was asked of a run that was left waiting.'),
  'run.local': row(409, 2, 'A run of a data folder without a server was to go on under a server.'),
  'run.step_lost': row(500, 1, 'A step was started, and its process is gone: whether it did its work cannot be known.'),
  'run.secret_missing': row(422, 2, 'The pipeline refers to a secret that was not given.'),
  'run.timeout': row(422, 124, 'The run reached the deadline of its pipeline.'),
  'run.source_failed': row(500, 1, 'The workspace could not be filled with the source.'),
} as const;
