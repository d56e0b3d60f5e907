import type { GitAddress, GitRequest } from '@cicd/plugin';
import type { Guard } from '@cicd/steps';
import { gitFailure } from './git-failure.ts';
import { runGitProcess } from './git-process.ts';
import { plainEnvironment } from './git-surroundings.ts';
import { localSettings } from './harmless-settings.ts';
import { tooLarge, type Budget } from './tree-listing.ts';

/** Bytes: a listing of refs, or of submodules, that is longer is no honest one. */
const longestListing = 16 * 2 ** 20;

/** What one clone, with all its submodules, works with. */
export interface CloneWork {
  readonly guard: Guard;
  readonly knownHosts: string | undefined;
  /** Whom the credentials are for. */
  readonly trusted: GitAddress;
  readonly credentials: GitRequest['credentials'];
  readonly depth: number;
  readonly submodules: boolean;
  readonly budget: Budget;
  /** For what is needed meanwhile. */
  readonly scratch: string;
  readonly signal: AbortSignal;
}

/** Git on the clone itself: no network. Errors: `git.*`, what `onOutput` throws, the signal's reason. */
export async function local(
  { scratch, signal }: CloneWork,
  folder: string,
  words: readonly string[],
  onOutput?: (data: Buffer) => void,
): Promise<string> {
  const output = collect();
  const { exitCode, complaint } = await runGitProcess({
    words: [...localSettings, ...words],
    folder,
    env: plainEnvironment(scratch),
    signal,
    onOutput: onOutput ?? output.read,
  });
  if (exitCode !== 0) throw gitFailure(`git ${words[0] ?? ''}`, complaint);
  return output.text();
}

/** Keeps what a process says, up to a length. */
export function collect() {
  const pieces: Buffer[] = [];
  let size = 0;
  return {
    read(data: Buffer): void {
      size += data.length;
      if (size > longestListing) throw tooLarge('a longer list of names than is let in');
      pieces.push(data);
    },
    text: () => Buffer.concat(pieces).toString('utf8'),
  };
}
