import { git } from './git.ts';

/** What differs from where a change began: the commit of that, and the paths, relative to the repository. */
export interface ChangedFiles {
  readonly base: string;
  readonly files: ReadonlySet<string>;
}

/** Branches that a change is taken to come from, the first that is there. */
const bases = [
  'refs/remotes/origin/HEAD',
  'refs/remotes/origin/main',
  'refs/remotes/origin/master',
  'refs/heads/main',
  'refs/heads/master',
];

/**
 * What a working tree has changed: since its branch left the base, or on the base itself since the commit before; and
 * what is not committed. Undefined where nobody knows: no commit yet, or a shallow clone that ends too early.
 */
export async function changedFiles(folder: string, signal?: AbortSignal): Promise<ChangedFiles | undefined> {
  const base = await baseOf(folder, signal);
  if (base === undefined) return undefined;
  const [differing, untracked] = await Promise.all([
    // Of a moved file both names have changed.
    git(folder, ['diff', '--name-only', '--no-renames', '--no-ext-diff', '--no-textconv', '-z', base, '--'], signal),
    git(folder, ['ls-files', '--others', '--exclude-standard', '-z'], signal),
  ]);
  return { base, files: new Set(`${differing}${untracked}`.split('\0').filter((name) => name !== '')) };
}

async function baseOf(folder: string, signal?: AbortSignal): Promise<string | undefined> {
  const head = await commitOf(folder, 'HEAD', signal);
  if (head === undefined) return undefined;
  for (const name of bases) {
    const tip = await commitOf(folder, name, signal);
    if (tip === undefined) continue;
    const left = (await answerOf(folder, ['merge-base', tip, head], signal))?.trim();
    return left === undefined || left !== head ? left : commitOf(folder, 'HEAD^', signal);
  }
  return commitOf(folder, 'HEAD^', signal);
}

const commitOf = async (folder: string, name: string, signal?: AbortSignal): Promise<string | undefined> =>
  (await answerOf(folder, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`], signal))?.trim();

/** What Git answers; undefined where it says no, by its exit code 1. */
async function answerOf(folder: string, args: readonly string[], signal?: AbortSignal): Promise<string | undefined> {
  try {
    return await git(folder, args, signal);
  } catch (error) {
    const { code } = (error as { cause?: { code?: unknown } }).cause ?? {};
    if (code === 1) return undefined;
    throw error;
  }
}
