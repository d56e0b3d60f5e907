import { become } from './commands/run.ts';

become('turbo', ['run', 'build', ...process.argv.slice(2)]);
