import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ConfigError } from '@cicd/plugin';

const execute = promisify(execFile);

/** Settings of a repository must not start programs while it is read. */
const harmless = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'safe.directory=*'];

/** Runs Git in a folder and returns what it printed. Errors: `command.git_failed`. */
export async function git(folder: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
  try {
    const result = await execute('git', [...harmless, '-C', folder, ...args], {
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' },
      ...(signal ? { signal } : {}),
    });
    return result.stdout;
  } catch (error) {
    const failure = error as { code?: unknown; stderr?: string; message: string };
    throw new ConfigError({
      code: 'command.git_failed',
      message:
        failure.code === 'ENOENT'
          ? 'git is needed to read this project, and it is not installed'
          : `git ${args[0] ?? ''} failed in ${folder}: ${failure.stderr?.trim() || failure.message}`,
      hint: 'Install git, mend the repository, or choose a folder without .git with --project.',
      cause: error,
    });
  }
}

/** The state of a working tree. A repository without a commit has neither commit nor branch. */
export interface GitState {
  readonly commit?: string;
  readonly branch?: string;
  readonly dirty: boolean;
}

/** Reads the first lines of `git status --porcelain=v2 --branch`. */
export function parseGitStatus(status: string): GitState {
  const header = (name: string) => new RegExp(`^# branch\\.${name} (.+)$`, 'm').exec(status)?.[1];
  const commit = header('oid');
  const branch = header('head');
  const dirty = status.split('\n').some((line) => line !== '' && !line.startsWith('#'));
  return {
    ...(commit && commit !== '(initial)' ? { commit } : {}),
    ...(branch && branch !== '(detached)' ? { branch } : {}),
    dirty,
  };
}

export async function readGitState(folder: string, signal?: AbortSignal): Promise<GitState> {
  return parseGitStatus(await git(folder, ['status', '--porcelain=v2', '--branch', '--ignore-submodules=all'], signal));
}

/** Tracked and untracked files that are not ignored, relative, in Git's order. */
export async function listGitFiles(folder: string, signal?: AbortSignal): Promise<string[]> {
  const output = await git(
    folder,
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'],
    signal,
  );
  return output.split('\0').filter((name) => name !== '');
}

/** Makes a clone of the last commit without files, whose index is that commit: the `.git` of a workspace. */
export async function cloneShallow(folder: string, into: string, signal?: AbortSignal): Promise<void> {
  const origin = await git(folder, ['config', '--get', '--default', '', 'remote.origin.url'], signal);
  await git(
    '.',
    ['clone', '--quiet', '--depth=1', '--no-checkout', '--no-tags', '--template=', '--', `file://${folder}`, into],
    signal,
  );
  await git(into, ['read-tree', 'HEAD'], signal);
  await git(
    into,
    origin.trim() ? ['remote', 'set-url', 'origin', origin.trim()] : ['remote', 'remove', 'origin'],
    signal,
  );
}
