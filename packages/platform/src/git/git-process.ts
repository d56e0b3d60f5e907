import { spawn } from 'node:child_process';
import { StepFailure } from '@cicd/plugin';

/** Bytes of what Git says on its standard error that are kept. */
const longestComplaint = 16_384;

export interface GitProcess {
  /** Options before the command, the command, its arguments. */
  readonly words: readonly string[];
  /** Where it works. */
  readonly folder: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Reads its standard output as it comes; what it throws ends the process. */
  readonly onOutput?: (data: Buffer) => void;
}

export interface GitEnd {
  readonly exitCode: number | null;
  /** The end of its standard error. */
  readonly complaint: string;
}

/**
 * Runs Git without a shell, in a process group of its own which an abort ends as a whole. Errors: the signal's reason, what
 * `onOutput` throws, `git.unavailable`.
 */
export function runGitProcess({ words, folder, env, signal, onOutput }: GitProcess): Promise<GitEnd> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const child = spawn('git', [...words], { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let complaint = Buffer.alloc(0);
    let failure: Error | undefined;
    const end = (reason: Error) => {
      failure ??= reason;
      if (child.pid !== undefined) killGroup(child.pid);
    };
    const onAbort = () => end(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    child.stdout.on('data', (data: Buffer) => {
      if (failure) return;
      try {
        onOutput?.(data);
      } catch (error) {
        end(error as Error);
      }
    });
    child.stderr.on('data', (data: Buffer) => {
      complaint = Buffer.concat([complaint, data]).subarray(-longestComplaint);
    });
    child.once('error', (error: NodeJS.ErrnoException) => (failure ??= error.code === 'ENOENT' ? noGit(error) : error));
    child.once('close', (exitCode) => {
      signal.removeEventListener('abort', onAbort);
      if (failure) reject(failure);
      else resolve({ exitCode, complaint: complaint.toString('utf8') });
    });
  });
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    // All of it has ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const noGit = (cause: Error) =>
  new StepFailure({
    code: 'git.unavailable',
    message: 'git is not installed on the machine of the platform',
    hint: 'Repositories are fetched beside the sandbox, by Git 2.37 or newer: let the operator install it.',
    cause,
  });
