import { bundledCommand, ensureCommandLine } from './command-line.ts';
import { become } from './commands/run.ts';

await ensureCommandLine();
become(process.execPath, [bundledCommand, ...process.argv.slice(2)], { cwd: process.env['INIT_CWD'] ?? process.cwd() });
