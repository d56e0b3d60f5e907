import path from 'node:path';
import { findProject, type CacheEntry } from '@cicd/platform';
import { formatByteSize } from '@cicd/plugin';
import { exitCode } from '../exit.ts';
import { withData } from '../input/open-data.ts';

interface CacheOptions {
  readonly project?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

const projectOf = ({ project }: CacheOptions) => findProject(path.join(process.cwd(), 'cicd.yaml'), project).folder;

const line = ({ key, bytes, usedAt, paths }: CacheEntry) =>
  `${formatByteSize(bytes).padStart(10)}  used ${usedAt.slice(0, 19).replace('T', ' ')}  ${key}  ${paths.join(' ')}\n`;

/** `cicd cache list`: what the steps of a project keep between runs, last used first. */
export function listCaches(options: CacheOptions & { readonly all?: boolean }): Promise<number> {
  return withData(options, async (platform) => {
    const caches = await platform.caches.list(options.all ? {} : { project: projectOf(options) });
    if (options.json) process.stdout.write(`${JSON.stringify({ caches })}\n`);
    else if (caches.length === 0) process.stderr.write('there are no caches\n');
    for (const cache of options.json ? [] : caches) process.stdout.write(line(cache));
    return exitCode.ok;
  });
}

/** `cicd cache remove [PREFIX]`: those of a project whose key begins so, or all of them. */
export function removeCaches(prefix: string | undefined, options: CacheOptions): Promise<number> {
  return withData(options, async (platform) => {
    const removed = await platform.caches.remove({
      project: projectOf(options),
      ...(prefix !== undefined && { prefix }),
    });
    for (const cache of removed) process.stdout.write(line(cache));
    process.stderr.write(`${removed.length} removed\n`);
    return exitCode.ok;
  });
}
