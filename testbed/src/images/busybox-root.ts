import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { Bed } from '../bed.ts';
import { downloadPackages } from '../packages.ts';
import { cachedRoot } from './cached-root.ts';
import { writeUsers } from './users.ts';

export const busyboxContent = 'busybox-static and a link for each of its tools, 1';

/** The files of a busybox image: one static program under all its names. */
export function busyboxRoot(bed: Bed): Promise<string> {
  return cachedRoot(bed, 'busybox', busyboxContent, async (root, downloads) => {
    const files = await downloadPackages(bed, ['busybox-static'], downloads);
    const file = files.find((each) => path.basename(each).startsWith('busybox-static_'));
    if (file === undefined) throw new Error('apt-get downloaded no busybox-static');
    await bed.run('dpkg-deb', ['--extract', file, downloads]);
    const program = ['bin/busybox', 'usr/bin/busybox'].map((each) => path.join(downloads, each)).find(existsSync);
    if (program === undefined) throw new Error('The package busybox-static holds no busybox.');
    for (const folder of ['bin', 'usr/bin', 'usr/local/bin']) mkdirSync(path.join(root, folder), { recursive: true });
    await bed.run('cp', [program, path.join(root, 'bin/busybox')]);
    const tools = (await bed.run(program, ['--list'])).trim().split('\n');
    for (const tool of tools) if (tool !== 'busybox') symlinkSync('busybox', path.join(root, 'bin', tool));
    symlinkSync('../../bin/env', path.join(root, 'usr/bin/env'));
    writeUsers(root);
  });
}
