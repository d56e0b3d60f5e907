#!/usr/bin/env node
// Makes the repository's commands work on a machine that has only Node 18 or newer and npm: the right Node and pnpm
// come from the package registry into .toolchain/, the dependencies from the lockfile; then the command runs.
// No dependency; a second start finds everything in place.
//
//   node tools/bootstrap/main.mjs PROGRAM.ts [arguments]   run a program of the repository
//   node tools/bootstrap/main.mjs                          prepare only
import { spawn } from 'node:child_process';
import path from 'node:path';
import { cleanEnvironment } from './environment.mjs';
import { ensureInstall } from './install.mjs';
import { ensureNode } from './node.mjs';
import { fail, repositoryRoot, say } from './place.mjs';
import { ensurePnpm } from './pnpm.mjs';

const signalNumber = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

function run(command, args, env) {
  const child = spawn(command, args, { cwd: repositoryRoot, env, stdio: 'inherit' });
  // A terminal sends Ctrl-C to the whole group; others send it to us alone. The child decides when it is done.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => process.stdin.isTTY || child.kill(signal));
  // npm ends without telling its child when it is killed: follow the parent, so that nothing is left behind.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref();
  child.on('error', (error) => fail(error.message));
  child.on('exit', (code, signal) => process.exit(signal ? 128 + (signalNumber[signal] ?? 9) : (code ?? 1)));
}

try {
  const node = ensureNode();
  const pnpm = ensurePnpm(node);
  const env = cleanEnvironment([path.join(repositoryRoot, 'node_modules', '.bin'), path.dirname(node), pnpm.folder]);
  ensureInstall(env, pnpm, node);
  const [program, ...args] = process.argv.slice(2);
  // The repository's own programs run on the packages' sources, not on what was built.
  if (program) run(node, ['--conditions=@cicd/source', program, ...args], env);
  else say(`ready: ${node}`);
} catch (error) {
  fail(error.message);
}
