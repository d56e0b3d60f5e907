import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const settings = [
  'user.name=Ann',
  'user.email=ann@example.com',
  'init.defaultBranch=main',
  'core.protectNTFS=false',
  'core.protectHFS=false',
  'protocol.allow=always',
].flatMap((setting) => ['-c', setting]);

/** A bare repository that a server of the test bed serves, made by plain Git. */
export interface TestRepository {
  /** `NAME.git` */
  readonly name: string;
  readonly folder: string;
  git(words: readonly string[], input?: string | Buffer): string;
  /** An object as it is given, whether or not Git would make it. */
  object(kind: 'blob' | 'tree' | 'commit', content: string | Buffer): string;
  /** A tree of `[mode, name, id]`, as they are given. */
  tree(entries: readonly (readonly [mode: string, name: string, id: string])[]): string;
  /** A commit of a tree as the head of a branch. */
  commit(tree: string, message?: string, branch?: string): string;
  /** A commit of files as the head of `main`; a content that begins with `->` is a symbolic link. */
  files(files: Readonly<Record<string, string>>, message?: string): string;
}

/** In `open/` or `private/` of the folder of repositories. */
export function createRepository(repositories: string, place: 'open' | 'private' = 'open'): TestRepository {
  const name = `${randomBytes(8).toString('hex')}.git`;
  const folder = path.join(repositories, place, name);
  const run = (words: readonly string[], input: string | Buffer = '') =>
    execFileSync('git', [...settings, ...words], { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] }).trim();
  run(['init', '--quiet', '--bare', folder]);
  const git = (words: readonly string[], input?: string | Buffer) => run(['--git-dir', folder, ...words], input);
  const object: TestRepository['object'] = (kind, content) =>
    git(['hash-object', '-w', '--stdin', '--literally', '-t', kind], content);
  const tree: TestRepository['tree'] = (entries) =>
    object(
      'tree',
      Buffer.concat(
        entries.flatMap(([mode, entry, id]) => [Buffer.from(`${mode} ${entry}\0`), Buffer.from(id, 'hex')]),
      ),
    );
  const commit: TestRepository['commit'] = (top, message = 'One', branch = 'main') => {
    const id = git(['commit-tree', '-m', message, top]);
    git(['update-ref', `refs/heads/${branch}`, id]);
    return id;
  };
  const files: TestRepository['files'] = (contents, message) => {
    for (const [file, content] of Object.entries(contents)) {
      const isLink = content.startsWith('->');
      const id = object('blob', isLink ? content.slice(2) : content);
      git(['update-index', '--add', '--cacheinfo', `${isLink ? '120000' : '100644'},${id},${file}`]);
    }
    const top = git(['write-tree']);
    git(['read-tree', '--empty']);
    return commit(top, message);
  };
  return { name, folder, git, object, tree, commit, files };
}

/** A working folder, for what is received. */
export function scratchFolder(): {
  readonly folder: string;
  readonly inside: (name: string) => string;
  remove(): void;
} {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cicd-git-'));
  return {
    folder,
    inside: (name) => {
      mkdirSync(path.join(folder, name), { recursive: true });
      return path.join(folder, name);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
