import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Bed } from '../bed.ts';
import { isOnPath } from '../packages.ts';
import { MissingPart } from '../part.ts';
import { cachedRoot } from './cached-root.ts';
import { debianContent, debianRoot } from './debian-root.ts';

export const nodeContent = (node: number, npm: number) => `node ${node} and npm ${npm} on ${debianContent}, 1`;

/** The files of a Node image: a Debian with node, npm and npx from their npm packages. */
export async function nodeRoot(bed: Bed, node: number, npm: number): Promise<string> {
  if (!isOnPath(bed, 'npm')) throw new MissingPart('there is no npm to download Node with');
  const base = await debianRoot(bed);
  return await cachedRoot(bed, `node-${node}`, nodeContent(node, npm), async (root, downloads) => {
    await bed.run('cp', ['--archive', '--link', `${base}/.`, root]);
    const program = `node-linux-${process.arch}`;
    writeFileSync(path.join(downloads, 'package.json'), '{"private":true}\n');
    const words = ['install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts'];
    await bed.run('npm', [...words, `${program}@${node}`, `npm@${npm}`], { folder: downloads });
    const installed = path.join(downloads, 'node_modules');
    const local = path.join(root, 'usr/local');
    mkdirSync(path.join(local, 'lib/node_modules'), { recursive: true });
    await bed.run('cp', ['--archive', path.join(installed, program, 'bin/node'), path.join(local, 'bin')]);
    await bed.run('cp', ['--archive', path.join(installed, 'npm'), path.join(local, 'lib/node_modules')]);
    for (const tool of ['npm', 'npx']) {
      symlinkSync(`../lib/node_modules/npm/bin/${tool}-cli.js`, path.join(local, 'bin', tool));
    }
  });
}
