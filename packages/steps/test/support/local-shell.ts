import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeSandboxDriver, type FakeProgram } from '@cicd/plugin/testing';

/** The shells of this machine that play the shell of an image. */
export const localShells = ['dash', 'busybox', 'bash'] as const;
export type LocalShell = (typeof localShells)[number];

export const shellField = (shell: LocalShell) => (shell === 'bash' ? 'bash' : 'sh');

/** A program that runs the step's own command line in a real shell, with a folder that plays the memory. */
export function localShell(shell: LocalShell): FakeProgram {
  return async ({ command, input, stdout, stderr, signal, config }) => {
    const runtime = await mkdtemp(join(tmpdir(), 'cicd-shell-'));
    const [program, ...first]: [string, ...string[]] = shell === 'busybox' ? ['busybox', 'sh'] : [shell];
    const child = spawn(program, [...first, ...command.slice(1)], {
      cwd: runtime,
      detached: true,
      env: { PATH: process.env['PATH'], CICD_RUNTIME_DIR: runtime, ...config.env },
    });
    // As a driver does it: the whole process group.
    signal.addEventListener('abort', () => child.pid && process.kill(-child.pid, 'SIGTERM'));
    child.stdout.on('data', stdout);
    child.stderr.on('data', stderr);
    child.stdin.on('error', () => undefined).end(input);
    const exitCode = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 137)));
    await rm(runtime, { recursive: true, force: true });
    return exitCode;
  };
}

export const sandboxOf = (program: FakeProgram) => createFakeSandboxDriver({ program }).open('run-1');
