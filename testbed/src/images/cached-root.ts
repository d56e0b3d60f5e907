import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Bed } from '../bed.ts';
import { shortDigest } from '../short-digest.ts';

/**
 * A folder with the files of an image, made once for each `content`: `fill` works on a draft, so that a folder that
 * is there is whole. It also gets a folder for downloads, which is thrown away.
 */
export async function cachedRoot(
  bed: Bed,
  name: string,
  content: string,
  fill: (root: string, downloads: string) => Promise<void>,
): Promise<string> {
  const finished = path.join(bed.folder('images'), `${name}-${shortDigest(content)}`);
  if (existsSync(finished)) return finished;
  const work = path.join(bed.folder('images'), `${name}.draft`);
  rmSync(work, { recursive: true, force: true });
  await fill(bed.folder('images', `${name}.draft`, 'root'), bed.folder('images', `${name}.draft`, 'downloads'));
  renameSync(path.join(work, 'root'), finished);
  rmSync(work, { recursive: true, force: true });
  return finished;
}
