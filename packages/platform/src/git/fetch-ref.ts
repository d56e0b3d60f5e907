import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { GitAddress } from '@cicd/plugin';
import { judgeHost } from '@cicd/steps';
import { collect, local, type CloneWork } from './clone-work.ts';
import { gitFailure } from './git-failure.ts';
import { runGitProcess } from './git-process.ts';
import { approachEnvironment } from './git-surroundings.ts';
import { networkSettings } from './harmless-settings.ts';
import { candidates, chooseRef, type RemoteRef } from './remote-ref.ts';
import { folderSize, watchSize } from './size-watch.ts';
import { tooLarge } from './tree-listing.ts';

/** Makes a repository of an empty folder, and fetches into it what a ref means at an address. */
export async function fetchRef(
  work: CloneWork,
  folder: string,
  address: GitAddress,
  ref: string | undefined,
): Promise<RemoteRef> {
  const { guard, trusted, knownHosts, depth, scratch, signal, budget } = work;
  const judged = await judgeHost(address.host, guard);
  const isTrusted =
    address.protocol === trusted.protocol && address.host === trusted.host && address.port === trusted.port;
  const secrets = path.join(scratch, 'approach');
  const settings = networkSettings(address, judged);
  try {
    const env = approachEnvironment(secrets, {
      address,
      judged,
      credentials: isTrusted ? work.credentials : undefined,
      knownHosts: (isTrusted ? undefined : work.credentials?.knownHosts) ?? knownHosts,
    });
    const perform = async (words: readonly string[], at: string, signalOfThis = signal) => {
      const output = collect();
      const process = { words: [...settings, ...words], folder: at, env, signal: signalOfThis, onOutput: output.read };
      const { exitCode, complaint } = await runGitProcess(process);
      if (exitCode !== 0) throw gitFailure(address.url, complaint);
      return output.text();
    };
    const names = candidates(ref);
    const listing =
      names.length === 0
        ? ''
        : await perform(['ls-remote', '--symref', '--end-of-options', address.url, ...names], scratch);
    const found = chooseRef(ref, listing);
    await begin(work, folder, address, found);
    const packs = path.join(folder, '.git', 'objects', 'pack');
    const exceeded = new AbortController();
    const stop = watchSize(packs, budget.bytes, () => exceeded.abort(tooLarge('more bytes than are let in')));
    try {
      const options = [
        '--no-tags',
        '--no-recurse-submodules',
        '--no-write-fetch-head',
        '--no-auto-maintenance',
        '--quiet',
      ];
      const history = depth === 0 ? [] : [`--depth=${depth}`];
      const wanted = `+${found.source}:${landing(found)}`;
      const either = AbortSignal.any([signal, exceeded.signal]);
      await perform(['fetch', ...options, ...history, '--end-of-options', address.url, wanted], folder, either);
    } finally {
      stop();
    }
    budget.bytes -= folderSize(packs);
    if (budget.bytes < 0) throw tooLarge('more bytes than are let in');
    return found;
  } finally {
    rmSync(secrets, { recursive: true, force: true });
  }
}

/** Where in the clone it is put. */
export function landing({ branch, tag }: RemoteRef): string {
  if (branch !== undefined) return `refs/remotes/origin/${branch}`;
  return tag === undefined ? 'refs/cicd/fetched' : `refs/tags/${tag}`;
}

async function begin(work: CloneWork, folder: string, address: GitAddress, { isLongId }: RemoteRef): Promise<void> {
  const format = isLongId ? ['--object-format=sha256'] : [];
  await local(work, work.scratch, ['init', '--quiet', '--template=', ...format, '--', folder]);
  mkdirSync(path.join(folder, '.git', 'objects', 'pack'), { recursive: true });
  await local(work, folder, ['config', 'remote.origin.url', address.url]);
  await local(work, folder, ['config', 'remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*']);
}
