import { become } from './commands/run.ts';

become('prettier', ['--write', '--cache', '--log-level=warn', '.']);
