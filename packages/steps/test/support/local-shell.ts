import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeSandboxDriver, type FakeProgram } from '@cicd/plugin/testing';

/** The shells that any machine has; busybox is tried in its image. */
export const localShells = ['sh', 'bash'] as const;
export type LocalShell = (typeof localShells)[number];

/** A program that runs the step's own command line in a real shell, with a folder that plays the memory. */
export function localShell(shell: LocalShell): FakeProgram {
  return async ({ command, input, stdout, stderr, signal, config }) => {
    const runtime = await mkdtemp(join(tmpdir(), 'cicd-shell-'));
    const child = spawn(shell, command.slice(1), {
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
