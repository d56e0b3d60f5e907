import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Bed } from '../bed.ts';
import { installNamed, installPackages } from '../packages.ts';
import { MissingPart } from '../part.ts';

/**
 * A program of a Python package, installed with what it needs in a folder of the bed that nothing else uses; returns
 * its path. What is there already is taken as it is.
 */
export async function pythonProgram(bed: Bed, name: string, requirement: string, program: string): Promise<string> {
  const home = path.join(bed.folder(name), requirement.replace('==', '-'));
  const file = path.join(home, 'bin', program);
  // An environment cannot be moved into place when it is whole, so a mark tells it.
  const mark = path.join(home, 'whole');
  if (existsSync(mark)) return file;
  await installPackages(bed, { python3: 'python3' });
  rmSync(home, { recursive: true, force: true });
  const made = await bed.attempt('python3', ['-m', 'venv', home]);
  if (made.exitCode !== 0) {
    rmSync(home, { recursive: true, force: true });
    await installNamed(bed, ['python3-venv']);
    await bed.run('python3', ['-m', 'venv', home]);
  }
  const words = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', requirement];
  const installed = await bed.attempt(path.join(home, 'bin', 'python'), words);
  if (installed.exitCode !== 0)
    throw new MissingPart(`pip could not install ${requirement}`, `what it said is in ${bed.log.file}`);
  writeFileSync(mark, '');
  return file;
}
