import { duplexPair, type Duplex } from 'node:stream';
import type { Terminal, TerminalConfig, TerminalSize } from '../../sandbox/terminal.ts';
import type { MemoryTree } from './memory-tree.ts';

/** What a scripted command on a terminal sees and does. */
export interface FakeTerminalContext {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workspace: MemoryTree | undefined;
  /** What is typed, and where to write. */
  readonly stream: Duplex;
  /** As it is now. */
  size(): TerminalSize;
}

/** Plays every command on a terminal of a fake driver. Returns the exit code. */
export type FakeTerminalProgram = (context: FakeTerminalContext) => Promise<number> | number;

export interface FakeTerminalOptions extends Pick<FakeTerminalContext, 'env' | 'workspace'> {
  readonly config: TerminalConfig;
  readonly program: FakeTerminalProgram;
  /** Aborted when the process has ended. */
  readonly over: AbortSignal;
}

export function createFakeTerminal({ config, program, env, workspace, over }: FakeTerminalOptions): Terminal {
  const [outside, inside] = duplexPair();
  let { size } = config;
  const killed = new Promise<number>((resolve) => over.addEventListener('abort', () => resolve(137), { once: true }));
  const played = Promise.resolve(
    program({
      command: config.command,
      env: { ...env, ...config.env },
      workspace,
      stream: inside,
      size: () => size,
    }),
  );
  const ended = Promise.race([played, killed]).finally(() => inside.end());
  // Told to who waits.
  ended.catch(() => undefined);
  return {
    stream: outside,
    resize(next) {
      size = next;
      return Promise.resolve();
    },
    wait: () => ended,
  };
}
