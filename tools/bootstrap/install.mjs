import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot, say, toolchainFolder } from './place.mjs';
import { pnpmVersion } from './pnpm.mjs';

const stamp = path.join(repositoryRoot, 'node_modules', '.bootstrap-stamp');
const lock = path.join(toolchainFolder, 'install.lock');

/** Changes when an install would do something else: lockfile, settings, every manifest, the tools themselves. */
function fingerprint(node) {
  const hash = createHash('sha256').update(`${pnpmVersion}\0${node}\0${process.platform}-${process.arch}\0`);
  const add = (file) => {
    if (fs.existsSync(file))
      hash.update(path.relative(repositoryRoot, file)).update('\0').update(fs.readFileSync(file));
  };
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']) add(path.join(repositoryRoot, file));
  for (const folder of ['packages', 'apps']) {
    const parent = path.join(repositoryRoot, folder);
    if (fs.existsSync(parent))
      for (const name of fs.readdirSync(parent).sort()) add(path.join(parent, name, 'package.json'));
  }
  for (const folder of ['testbed', 'bench']) add(path.join(repositoryRoot, folder, 'package.json'));
  return hash.digest('hex');
}

const installed = () => (fs.existsSync(stamp) ? fs.readFileSync(stamp, 'utf8') : '');

function ownerIsAlive() {
  try {
    process.kill(Number(fs.readFileSync(lock, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** One install at a time; the lock of a process that died is taken over. */
function takeLock() {
  fs.mkdirSync(toolchainFolder, { recursive: true });
  for (let tries = 0; ; tries++) {
    try {
      return fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!ownerIsAlive()) fs.rmSync(lock, { force: true });
    else if (tries === 0) say('another install is running; waiting');
    else if (tries > 1200) throw new Error(`${lock} is held too long; remove it if no install is running`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  }
}

/** Installs the dependencies from the lockfile when any manifest has changed since the last time. */
export function ensureInstall(env, pnpm, node) {
  const wanted = fingerprint(node);
  if (installed() === wanted) return;
  takeLock();
  try {
    if (installed() === wanted) return;
    say('installing the dependencies from the lockfile ...');
    const args = [...pnpm.args, 'install', '--frozen-lockfile', '--config.confirm-modules-purge=false'];
    const result = spawnSync(pnpm.command, args, { cwd: repositoryRoot, env, stdio: ['ignore', 2, 2] });
    if (result.status !== 0)
      throw new Error(`pnpm install failed (${result.error?.message ?? result.status ?? result.signal})`);
    fs.writeFileSync(stamp, wanted);
  } finally {
    fs.rmSync(lock, { force: true });
  }
}
