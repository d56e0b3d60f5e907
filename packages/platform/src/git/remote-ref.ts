import { isCommitId, StepFailure } from '@cicd/plugin';

/** What is fetched, and what it is called. */
export interface RemoteRef {
  /** A whole name, or a whole commit id. */
  readonly source: string;
  readonly branch?: string;
  readonly tag?: string;
  /** Whether ids are SHA-256. */
  readonly isLongId: boolean;
}

/** The whole names that a ref may mean, as `git ls-remote` is asked for them; none for a commit. */
export function candidates(ref: string | undefined): readonly string[] {
  if (ref === undefined) return ['HEAD'];
  if (isCommitId(ref)) return [];
  return ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`];
}

/** Chooses by the output of `git ls-remote --symref`; a branch comes before a tag. Errors: `git.ref_not_found`. */
export function chooseRef(ref: string | undefined, listing: string): RemoteRef {
  if (ref !== undefined && isCommitId(ref)) return { source: ref, isLongId: ref.length === 64 };
  const lines = listing.split('\n').map((line) => line.split('\t', 2));
  const idOf = (name: string) => lines.find(([id = '', named]) => named === name && isCommitId(id))?.[0];
  const symbolic = lines.find(([target = '', named]) => named === 'HEAD' && target.startsWith('ref: refs/heads/'));
  for (const name of candidates(ref)) {
    const id = idOf(name);
    if (id === undefined) continue;
    const source = name === 'HEAD' ? (symbolic?.[0]?.slice('ref: '.length) ?? name) : name;
    return { source, ...nameOf(source), isLongId: id.length === 64 };
  }
  throw new StepFailure({
    code: 'git.ref_not_found',
    message: ref === undefined ? 'the repository has no commit' : `the repository has no branch and no tag ${ref}`,
    hint: 'Look for a spelling mistake; a commit is written with all of its digits.',
  });
}

function nameOf(name: string): { readonly branch?: string; readonly tag?: string } {
  if (name.startsWith('refs/heads/')) return { branch: name.slice('refs/heads/'.length) };
  return name.startsWith('refs/tags/') ? { tag: name.slice('refs/tags/'.length) } : {};
}
