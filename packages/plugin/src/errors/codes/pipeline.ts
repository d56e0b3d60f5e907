import { row } from './row.ts';

export const pipelineCodes = {
  'pipeline.invalid': row(422, 2, 'A pipeline file has problems; each is listed with its place.'),
  'pipeline.duration_invalid': row(422, 2, 'A text is not a duration.'),
  'pipeline.size_invalid': row(422, 2, 'A text is not a size.'),
} as const;
