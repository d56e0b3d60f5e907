import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Bed } from '../bed.ts';
import { installPackages } from '../packages.ts';

const QUIET = ['--quiet', '--no-cache-dir', '--disable-pip-version-check', '--only-binary', ':all:'];

/** Puts a Python package and all that it depends on into a folder, for a Python of this version. */
export async function installPythonPackage(bed: Bed, name: string, python: string, folder: string): Promise<void> {
  await installPackages(bed, { pip3: 'python3-pip' });
  const words = ['install', ...QUIET, '--no-compile', '--python-version', python, '--target', folder, name];
  await bed.run('pip3', words);
}

/** Unpacks the one file of a Python package, without what it depends on, into a folder. */
export async function unpackPythonPackage(bed: Bed, name: string, downloads: string, folder: string): Promise<void> {
  await installPackages(bed, { pip3: 'python3-pip' });
  await bed.run('pip3', ['download', ...QUIET, '--no-deps', '--dest', downloads, name]);
  const wheel = readdirSync(downloads).find((file) => file.endsWith('.whl'));
  if (wheel === undefined) throw new Error(`pip downloaded no wheel of ${name}`);
  await bed.run('python3', ['-m', 'zipfile', '--extract', path.join(downloads, wheel), folder]);
}
