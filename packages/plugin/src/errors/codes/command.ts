import { row } from './row.ts';

export const commandCodes = {
  'command.git_failed': row(422, 2, 'Git could not read the project.'),
  'command.instance_unreadable': row(500, 2, 'The identity of a data folder cannot be read.'),
  'command.not_at_home': row(409, 2, 'The data folder is a copy, or was moved, and nobody has said which.'),
  'command.usage': row(400, 2, 'An option or an argument is missing, unknown, or not of the right shape.'),
  'command.settings_invalid': row(422, 2, 'The settings of a data folder are not right.'),
  'command.file_not_found': row(404, 2, 'A file named on the command line does not exist.'),
} as const;
