import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import {
  EngineError,
  noTerminal,
  type ExitStatus,
  type OutputChunk,
  type Process,
  type ProcessKey,
} from '@cicd/plugin';
import { watchFolder } from './file-watch.ts';
import { isAlive, parseIdentity, signalGroup, type ProcessIdentity } from './process-identity.ts';
import type { ProcessFolder } from './run-folder.ts';
import { wrapper } from './wrapper.ts';

/** How to start it; absent for a process of an earlier life. */
export interface LaunchPlan {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input: Uint8Array;
}

/**
 * How often an ended process without an exit code is looked for: one that was killed with its wrapper leaves no
 * other trace. Everything else is told by the file system.
 */
const lookEvery = 1_000;
const readAtOnce = 256 * 1024;
/** What a shell reports of a process that SIGKILL ended. */
const killed = 137;

const readIfThere = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);

export function plainProcess(key: ProcessKey, folder: ProcessFolder, workspace: string, plan?: LaunchPlan): Process {
  let launching = false;

  const identity = (): ProcessIdentity | undefined => parseIdentity(readIfThere(folder.identity) ?? '');

  /** The exit code, once nothing of the process runs. */
  const ended = (): number | undefined => {
    const who = identity();
    if (who === undefined) return undefined;
    const exit = readIfThere(folder.exit);
    const alive = isAlive(who);
    if (exit !== undefined) {
      // The command has ended; what it left running, and the wrapper, end with it.
      if (alive) signalGroup(who.pid, 'SIGKILL');
      return Number(exit);
    }
    return alive ? undefined : killed;
  };

  const untilEnded = async (): Promise<number> => {
    const watching = watchFolder(folder.root);
    const looking = setInterval(() => ended() !== undefined && watching.close(), lookEvery);
    try {
      for (let code = ended(); ; code = ended()) {
        if (code !== undefined) return code;
        await watching.changed();
      }
    } finally {
      clearInterval(looking);
      watching.close();
    }
  };

  async function* output(fromByte: number): AsyncGenerator<OutputChunk> {
    const file = await open(folder.output);
    const watching = watchFolder(folder.root);
    const looking = setInterval(() => ended() !== undefined && watching.close(), lookEvery);
    let position = fromByte;
    try {
      for (;;) {
        // Asked before reading: what an ended process wrote is all there.
        const isOver = ended() !== undefined;
        for (;;) {
          const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(readAtOnce), position });
          if (bytesRead === 0) break;
          position += bytesRead;
          yield { stream: 'stdout', data: buffer.subarray(0, bytesRead) };
        }
        if (isOver) return;
        await watching.changed();
      }
    } finally {
      clearInterval(looking);
      watching.close();
      await file.close();
    }
  }

  /** Ends the whole group, and writes down what its wrapper can no longer say. */
  const kill = ({ pid }: ProcessIdentity) => {
    signalGroup(pid, 'SIGKILL');
    if (!existsSync(folder.exit)) writeFileSync(folder.exit, String(killed));
  };

  const launch = (launchPlan: LaunchPlan) =>
    new Promise<void>((resolve, reject) => {
      const output = openSync(folder.output, 'a', 0o600);
      const child = spawn('sh', ['-c', wrapper, 'sh', folder.root, ...launchPlan.command], {
        cwd: launchPlan.cwd,
        env: launchPlan.env,
        detached: true,
        stdio: ['pipe', output, output, 'pipe'],
      });
      closeSync(output);
      child.unref();
      child.on('error', (cause) =>
        reject(
          new EngineError({
            code: 'sandbox.engine_failed',
            message: `a process could not be started: ${cause.message}`,
            cause,
          }),
        ),
      );
      child.stdio[3]?.once('data', () => resolve());
      child.stdio[3]?.once('close', () =>
        reject(new EngineError({ code: 'sandbox.engine_failed', message: 'a process ended before it began' })),
      );
      // A command that reads nothing may end first: what it did not want is lost, and that is no trouble.
      child.stdin?.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error);
      });
      child.stdin?.end(launchPlan.input);
    });

  return {
    key,
    id: folder.root,
    async state() {
      if (identity() === undefined) return 'created';
      return ended() === undefined ? 'running' : 'exited';
    },
    async start() {
      if (launching || identity() !== undefined)
        throw new EngineError({
          code: 'sandbox.engine_failed',
          message: `the process of ${key.step} was started already`,
        });
      if (plan === undefined)
        throw new EngineError({
          code: 'sandbox.engine_failed',
          message: `the process of ${key.step} was created in an earlier life; its input is gone`,
        });
      launching = true;
      await launch(plan);
    },
    output: (options = {}) => output(options.fromByte ?? 0),
    async wait(): Promise<ExitStatus> {
      return { exitCode: await untilEnded(), outOfMemory: false };
    },
    serviceOutput: () => Promise.resolve([]),
    openTerminal: () => Promise.reject(noTerminal('process', workspace)),
    async stop(grace) {
      const who = identity();
      if (who === undefined || ended() !== undefined) return;
      signalGroup(who.pid, 'SIGTERM');
      const patience = setTimeout(() => kill(who), grace);
      await untilEnded();
      clearTimeout(patience);
    },
    async remove() {
      await this.stop(0);
      await rm(folder.runtime, { recursive: true, force: true });
      await rm(folder.root, { recursive: true, force: true });
    },
  };
}
