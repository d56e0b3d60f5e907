import { row } from './row.ts';

export const runCodes = {
  'run.not_found': row(404, 2, 'No run has this id.'),
  'run.ambiguous': row(409, 2, 'Several runs begin with this prefix.'),
  'run.exists': row(409, 2, 'A run with this id exists already.'),
  'run.id_refused': row(400, 2, 'A run id is not of the allowed shape.'),
  'run.too_large': row(413, 1, 'An event or a plan is too large to be stored.'),
  'run.sequence_conflict': row(409, 1, 'Another process has written to this run.'),
  'run.not_owner': row(409, 1, 'A process wrote to a run that another process has taken over.'),
  'run.owned': row(409, 2, 'Another process drives this run.'),
  'run.left': row(409, 2, 'The process that drove the run has let go of it; the run itself goes on later.'),
  'run.ended': row(409, 2, 'Something was asked of a run that has ended.'),
  'run.not_ended': row(409, 2, 'Something was asked of a run that only one that has ended can do.'),
  'run.step_unknown': row(422, 2, 'A step was named that the pipeline does not have.'),
  'run.step_not_lost': row(409, 2, 'A step was to be resolved whose end is known, or still to come.'),
  'run.message_unknown': row(422, 2, 'A message to a run is of a type that this version does not know.'),
  'run.step_not_waiting': row(409, 2, 'A step was to be resumed that does not wait.'),
  'run.local': row(409, 2, 'A run of a data folder without a server was to go on under a server.'),
  'run.step_lost': row(500, 1, 'A step was started, and its process is gone: whether it did its work cannot be known.'),
  'run.secret_missing': row(422, 2, 'The pipeline refers to a secret that was not given.'),
  'run.timeout': row(422, 124, 'The run reached the deadline of its pipeline.'),
  'run.source_failed': row(500, 1, 'The workspace could not be filled with the source.'),
} as const;
