import { existsSync } from 'node:fs';
import path from 'node:path';
import { bundledCommand, ensureCommandLine } from './command-line.ts';
import { become, repositoryRoot } from './commands/run.ts';
import { testBedEngine } from './test-bed-engine.ts';

/** `--no-serve` is accepted: this version has nothing to serve, it runs the quickstart and ends. */
const rest = process.argv.slice(2).filter((argument) => argument !== '--no-serve');

await ensureCommandLine();
const project = path.join(repositoryRoot, 'examples/01-quickstart');
const pipeline = path.join(project, 'cicd.yaml');
// A machine's own engine comes first; on a bare one the test bed may have brought one up.
const engine = process.env['DOCKER_HOST'] ?? (existsSync('/var/run/docker.sock') ? undefined : testBedEngine());
become(process.execPath, [bundledCommand, 'run', pipeline, '--project', project, '--sandbox', 'auto', ...rest], {
  env: engine === undefined ? {} : { DOCKER_HOST: engine },
});
