import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Bed } from '../bed.ts';
import { cachedRoot } from './cached-root.ts';
import { debianRootWith } from './debian-root.ts';
import { installPythonPackage } from './python-package.ts';

const VERSION = '1.182.0';

export const semgrepContent = `Python of Debian with semgrep ${VERSION} of PyPI, 1`;

/** The files of an image with Semgrep, compiled ahead so that a container with a read-only root starts fast. */
export async function semgrepRoot(bed: Bed): Promise<string> {
  const base = await debianRootWith(bed, 'python', ['python3', 'ca-certificates'], 'debian with python3, 1');
  return await cachedRoot(bed, 'semgrep', semgrepContent, async (root) => {
    await bed.run('cp', ['--archive', '--link', `${base}/.`, root]);
    const site = path.join(root, 'opt/semgrep');
    await installPythonPackage(bed, `semgrep==${VERSION}`, pythonOf(root), site);
    await bed.run('python3', ['-m', 'compileall', '-q', '-s', root, '--invalidation-mode', 'unchecked-hash', site]);
    for (const program of ['semgrep', 'pysemgrep']) {
      const file = path.join(root, 'usr/local/bin', program);
      writeFileSync(
        file,
        `#!/bin/sh\nPYTHONPATH=/opt/semgrep exec /usr/bin/python3 /opt/semgrep/bin/${program} "$@"\n`,
      );
      chmodSync(file, 0o755);
    }
  });
}

/** `3.11`: the Python that the packages brought. */
function pythonOf(root: string): string {
  const program = readdirSync(path.join(root, 'usr/bin')).find((name) => /^python3\.\d+$/.test(name));
  if (program === undefined) throw new Error('The packages hold no Python.');
  return program.slice('python'.length);
}
