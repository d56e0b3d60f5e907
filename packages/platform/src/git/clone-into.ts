import { lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { checkGitRef, parseGitAddress, type GitAddress, type GitCommit } from '@cicd/plugin';
import { local, type CloneWork } from './clone-work.ts';
import { fetchRef, landing } from './fetch-ref.ts';
import type { RemoteRef } from './remote-ref.ts';
import { readSubmodules, submoduleAddress, submoduleRefused } from './submodules.ts';
import { createTreeListing, type TreeLink } from './tree-listing.ts';

/** Levels of submodules in submodules. */
const deepest = 8;

/** Fetches one commit into an empty folder and checks it out, with its submodules where they are wanted. */
export async function cloneInto(
  work: CloneWork,
  folder: string,
  {
    repository,
    ref,
    level = 0,
  }: { readonly repository: string; readonly ref: string | undefined; readonly level?: number },
): Promise<GitCommit> {
  const address = parseGitAddress(repository);
  if (ref !== undefined) checkGitRef(ref);
  const found = await fetchRef(work, folder, address, ref);
  const sha = (await local(work, folder, ['rev-parse', '--verify', `${landing(found)}^{commit}`])).trim();
  const links = await checkTree(work, folder, sha);
  await checkOut(work, folder, sha, found);
  if (work.submodules) await cloneSubmodules(work, folder, { address, sha, links, level });
  const [author = '', message = ''] = (
    await local(work, folder, [
      'show',
      '--no-patch',
      '--no-notes',
      '--no-show-signature',
      '--format=%an <%ae>%x00%B',
      sha,
    ])
  ).split('\0');
  return {
    sha,
    author,
    message: message.trimEnd(),
    ...(found.branch !== undefined && { branch: found.branch }),
    ...(found.tag !== undefined && { tag: found.tag }),
  };
}

async function checkTree(work: CloneWork, folder: string, sha: string): Promise<readonly TreeLink[]> {
  const listing = createTreeListing(work.budget);
  await local(work, folder, ['ls-tree', '-r', '-t', '-l', '-z', '--full-tree', sha], listing.read);
  return listing.links;
}

async function checkOut(work: CloneWork, folder: string, sha: string, { branch }: RemoteRef): Promise<void> {
  if (branch === undefined) await local(work, folder, ['update-ref', '--no-deref', 'HEAD', sha]);
  else {
    await local(work, folder, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
    await local(work, folder, ['update-ref', `refs/heads/${branch}`, sha]);
  }
  await local(work, folder, ['read-tree', '--reset', '-u', sha]);
}

interface Parent {
  readonly address: GitAddress;
  readonly sha: string;
  readonly links: readonly TreeLink[];
  readonly level: number;
}

async function cloneSubmodules(work: CloneWork, folder: string, { address, sha, links, level }: Parent): Promise<void> {
  if (links.length === 0) return;
  const listing = await local(work, folder, ['config', '--null', '--blob', `${sha}:.gitmodules`, '--list']);
  const urls = readSubmodules(listing);
  for (const link of links) {
    const url = urls.get(link.path);
    if (url === undefined) throw submoduleRefused(link.path, 'has no address in `.gitmodules`');
    if (level + 1 > deepest) throw submoduleRefused(link.path, `is nested more than ${deepest} deep`);
    if (--work.budget.submodules < 0) throw submoduleRefused(link.path, 'is one of too many');
    const place = submoduleFolder(folder, link.path);
    await cloneInto(work, place, { repository: submoduleAddress(address.url, url), ref: link.sha, level: level + 1 });
  }
}

/** The folder that the checkout left for it: a real one, inside of its parent. */
function submoduleFolder(folder: string, relative: string): string {
  const place = path.join(folder, relative);
  const isFolder = lstatSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const root = realpathSync(folder);
  if (!isFolder || realpathSync(place) !== path.join(root, relative) || !place.startsWith(`${folder}${path.sep}`))
    throw submoduleRefused(relative, 'has no folder of its own');
  return place;
}
