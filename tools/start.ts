import path from 'node:path';
import { bundledCommand, ensureCommandLine } from './command-line.ts';
import { become, repositoryRoot } from './commands/run.ts';

/** `--no-serve` is accepted: this version has nothing to serve, it runs the quickstart and ends. */
const rest = process.argv.slice(2).filter((argument) => argument !== '--no-serve');

await ensureCommandLine();
const quickstart = path.join(repositoryRoot, 'examples/01-quickstart/cicd.yaml');
const project = path.dirname(quickstart);
become(process.execPath, [bundledCommand, 'run', quickstart, '--project', project, '--sandbox', 'auto', ...rest]);
