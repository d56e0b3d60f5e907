import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot, run } from './commands/run.ts';

export const bundledCommand = path.join(repositoryRoot, 'packages/cli/dist/cicd.js');

/** The newest change below the packages' sources, in milliseconds since the epoch. */
function newestSource(): number {
  const packages = path.join(repositoryRoot, 'packages');
  let newest = 0;
  for (const name of fs.readdirSync(packages)) {
    const folder = path.join(packages, name, 'src');
    if (!fs.existsSync(folder)) continue;
    for (const file of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      newest = Math.max(newest, fs.statSync(path.join(folder, file)).mtimeMs);
    }
  }
  return newest;
}

/** Bundles the command line when a source is newer than the bundle; otherwise costs some milliseconds. */
export async function ensureCommandLine(): Promise<void> {
  const built = fs.existsSync(bundledCommand) ? fs.statSync(bundledCommand).mtimeMs : 0;
  if (built > newestSource()) return;
  console.error('building the command line ...');
  const result = await run('pnpm', ['--filter', '@cicd/cli', 'run', 'build']);
  if (result.code !== 0) throw new Error(`the build of the command line failed:\n${result.output}`);
}
