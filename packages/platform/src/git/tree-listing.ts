import { StepFailure } from '@cicd/plugin';

/** What may still be fetched of a repository and its submodules. Counted down. */
export interface Budget {
  /** Of what arrives and of the files, together. */
  bytes: number;
  /** Files and folders. */
  entries: number;
  submodules: number;
}

/** A submodule as the tree holds it. */
export interface TreeLink {
  readonly path: string;
  readonly sha: string;
}

/**
 * Reads `git ls-tree -r -t -l -z` as it comes, before anything is checked out: a small pack can describe more files than
 * a disk holds. Errors, from `read`: `git.too_large`.
 */
export function createTreeListing(budget: Budget) {
  const links: TreeLink[] = [];
  let rest = '';
  const entry = (line: string) => {
    const [facts = '', path = ''] = [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1)];
    const [mode, , sha = '', size = ''] = facts.split(/ +/);
    budget.entries -= 1;
    budget.bytes -= Number(size) || 0;
    if (budget.entries < 0) throw tooLarge('more files than are let in');
    if (budget.bytes < 0) throw tooLarge('more bytes of files than are let in');
    if (mode === '160000') links.push({ path: Buffer.from(path, 'latin1').toString('utf8'), sha });
  };
  return {
    links: links as readonly TreeLink[],
    read(data: Buffer): void {
      // Names may be no UTF-8: what counts here is that they stay apart.
      const lines = (rest + data.toString('latin1')).split('\0');
      rest = lines.pop() ?? '';
      for (const line of lines) entry(line);
    },
  };
}

export const tooLarge = (what: string): StepFailure =>
  new StepFailure({
    code: 'git.too_large',
    message: `the repository has ${what}`,
    hint: 'Fetch less of its history with `depth`, or a smaller repository.',
  });
