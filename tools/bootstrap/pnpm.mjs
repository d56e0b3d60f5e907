import fs from 'node:fs';
import path from 'node:path';
import { programSuffix, repositoryRoot } from './place.mjs';
import { provision } from './provision.mjs';

const manifest = JSON.parse(fs.readFileSync(path.join(repositoryRoot, 'package.json'), 'utf8'));
export const pnpmVersion = manifest.packageManager.split('@')[1].split('+')[0];
// Plain JavaScript, reads the same lockfile: for platforms without a native pnpm.
const fallbackVersion = '11.28.11';

function nativeProgramIn(folder) {
  const scope = path.join(folder, 'node_modules', '@pnpm');
  const platformPackage = fs.existsSync(scope) && fs.readdirSync(scope).find((name) => name.startsWith('exe.'));
  const program = platformPackage && path.join(scope, platformPackage, `pnpm${programSuffix}`);
  return program && fs.existsSync(program) ? program : null;
}

function scriptIn(folder) {
  const script = path.join(folder, 'node_modules/pnpm/bin/pnpm.mjs');
  return fs.existsSync(script) ? script : null;
}

/** How to run pnpm: a command with its first arguments, and the folder for the path. */
export function ensurePnpm(node) {
  const native = provision({
    name: `pnpm-${pnpmVersion}-${process.platform}-${process.arch}`,
    packageName: 'pnpm',
    versions: [pnpmVersion],
    programIn: nativeProgramIn,
    optional: true,
  });
  if (native) return { command: native, args: [], folder: path.dirname(native) };
  const name = `pnpm-${fallbackVersion}`;
  const script = provision({ name, packageName: 'pnpm', versions: [fallbackVersion], programIn: scriptIn });
  return { command: node, args: [script], folder: path.resolve(path.dirname(script), '../../.bin') };
}
