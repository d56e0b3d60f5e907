import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Bed } from './bed.ts';
import { MissingPart } from './part.ts';

const NO_QUESTIONS = { environment: { DEBIAN_FRONTEND: 'noninteractive' } };
const LISTS = '/var/lib/apt/lists';

/**
 * Installs the Debian packages whose program is not on the path. Only what the machine lacks is installed;
 * another process that holds the package lock is waited for, up to five minutes.
 */
export async function installPackages(bed: Bed, packageOfProgram: Readonly<Record<string, string>>): Promise<void> {
  const lacking = Object.entries(packageOfProgram)
    .filter(([program]) => !isOnPath(bed, program))
    .map(([, name]) => name);
  if (lacking.length > 0) await installNamed(bed, lacking);
}

/** Installs Debian packages, whether or not they are there. */
export async function installNamed(bed: Bed, names: readonly string[]): Promise<void> {
  await refreshIndex(bed);
  const words = ['install', '--yes', '--quiet', '--no-install-recommends', '--option', 'DPkg::Lock::Timeout=300'];
  const result = await bed.attempt('apt-get', [...words, ...names], NO_QUESTIONS);
  if (result.exitCode !== 0) {
    throw new MissingPart(`apt-get could not install ${names.join(', ')}`, `what it said is in ${bed.log.file}`);
  }
}

/**
 * Downloads packages and everything they depend on, as for an empty machine, without installing anything;
 * returns the package files. Needs apt, not root.
 */
export async function downloadPackages(bed: Bed, names: readonly string[], folder: string): Promise<string[]> {
  if (!isOnPath(bed, 'apt-get')) throw new MissingPart('there is no apt-get to download Debian packages with');
  if (!hasIndex()) await refreshIndex(bed);
  const first = await download(bed, names, folder);
  if (first !== 0) {
    await refreshIndex(bed);
    const second = await download(bed, names, folder);
    if (second !== 0) {
      throw new MissingPart(`apt-get could not download ${names.join(', ')}`, `what it said is in ${bed.log.file}`);
    }
  }
  return readdirSync(folder)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => path.join(folder, name));
}

async function download(bed: Bed, names: readonly string[], folder: string): Promise<number | null> {
  const nothing = path.join(folder, 'nothing-installed');
  await bed.run('mkdir', ['-p', path.join(folder, 'partial')]);
  await bed.run('touch', [nothing]);
  const settings = [
    `Dir::Cache::archives=${folder}/`,
    `Dir::State::status=${nothing}`,
    `Dir::State::extended_states=${nothing}`,
    'Debug::NoLocking=1',
    'APT::Sandbox::User=root',
  ].flatMap((setting) => ['--option', setting]);
  const words = ['install', '--yes', '--quiet', '--no-install-recommends', '--download-only'];
  return (await bed.attempt('apt-get', [...words, ...settings, ...names], NO_QUESTIONS)).exitCode;
}

async function refreshIndex(bed: Bed): Promise<void> {
  await bed.attempt('apt-get', ['update', '--quiet', '--option', 'DPkg::Lock::Timeout=300'], NO_QUESTIONS);
}

const hasIndex = () => existsSync(LISTS) && readdirSync(LISTS).some((name) => /_Packages(\.\w+)?$/.test(name));

/** Whether a program of this name is on the bed's search path. */
export function isOnPath(bed: Bed, program: string): boolean {
  const folders = (bed.environment['PATH'] ?? '').split(path.delimiter);
  return folders.some((folder) => existsSync(path.join(folder, program)));
}
