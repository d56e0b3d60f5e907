import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { cleanEnvironment } from './environment.mjs';
import { onWindows, repositoryRoot, say, toolchainFolder } from './place.mjs';

/** Runs npm itself, whatever started us. */
function npm(args, cwd) {
  const beside = path.dirname(process.execPath);
  const script = [
    process.env.npm_execpath,
    path.join(beside, '../lib/node_modules/npm/bin/npm-cli.js'),
    path.join(beside, 'node_modules/npm/bin/npm-cli.js'),
  ].find((file) => file?.endsWith('npm-cli.js') && fs.existsSync(file));
  const options = { cwd, env: cleanEnvironment(), encoding: 'utf8' };
  const result = script
    ? spawnSync(process.execPath, [script, ...args], options)
    : spawnSync(onWindows ? 'npm.cmd' : 'npm', args, { ...options, shell: onWindows });
  if (result.error)
    throw new Error(`npm is needed to fetch the toolchain but could not be run: ${result.error.message}`);
  return result;
}

const installFlags = [
  '--no-save',
  '--no-package-lock',
  '--no-audit',
  '--no-fund',
  '--ignore-scripts',
  '--include=optional',
  '--loglevel=error',
];
const notPublished = /E404|ETARGET|ENOVERSIONS|EBADPLATFORM|notarget/i;

/** Moves a finished folder into place; when another bootstrap was faster, its folder stands. */
function settle(temporary, destination, programIn) {
  fs.chmodSync(temporary, 0o755);
  try {
    fs.renameSync(temporary, destination);
  } catch (error) {
    if (programIn(destination)) {
      fs.rmSync(temporary, { recursive: true, force: true });
    } else if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST' || error.code === 'EPERM') {
      fs.rmSync(destination, { recursive: true, force: true });
      fs.renameSync(temporary, destination);
    } else {
      throw error;
    }
  }
  return programIn(destination);
}

/**
 * Installs the first of `versions` that the registry has into .toolchain/NAME, whole or not at all, and returns the
 * path that `programIn(folder)` finds there. Returns null when `optional` and none is to be had.
 */
export function provision({ name, packageName, versions, programIn, optional = false }) {
  const destination = path.join(toolchainFolder, name);
  const present = programIn(destination);
  if (present) return present;
  fs.mkdirSync(toolchainFolder, { recursive: true });
  let reason = '';
  for (const version of versions) {
    const temporary = fs.mkdtempSync(path.join(toolchainFolder, `.tmp-${name}-`));
    // A manifest of its own stops npm from walking up to the repository's.
    fs.writeFileSync(path.join(temporary, 'package.json'), '{"private":true}\n');
    say(`installing ${packageName}@${version} into ${path.relative(repositoryRoot, destination)} ...`);
    const result = npm(['install', '--prefix', temporary, ...installFlags, `${packageName}@${version}`], temporary);
    if (result.status === 0 && programIn(temporary)) return settle(temporary, destination, programIn);
    reason = result.stderr || result.stdout || 'installed, but without a program for this platform';
    fs.rmSync(temporary, { recursive: true, force: true });
    if (!notPublished.test(reason)) break;
  }
  if (optional) return null;
  throw new Error(`could not install ${packageName}:\n${reason}`);
}
