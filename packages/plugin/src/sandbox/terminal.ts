import type { Duplex } from 'node:stream';
import { StepFailure } from '../errors/step-failure.ts';

/** In characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface TerminalConfig {
  /** The program and its arguments; it begins in the working directory of the process, as the same user. */
  readonly command: readonly [string, ...string[]];
  /** Besides the variables of the process. Not secret. */
  readonly env?: Readonly<Record<string, string>>;
  readonly size: TerminalSize;
}

/** A command on a terminal of its own, in the surroundings of a running process. It ends with that process. */
export interface Terminal {
  /** What is typed goes in, what is shown comes out, both as raw bytes. It ends with the command. */
  readonly stream: Duplex;
  /** A command that has ended has no size, and that is no error. */
  resize(size: TerminalSize): Promise<void>;
  /**
   * The command's exit code, once the stream has been read to its end. Errors: `sandbox.engine_failed` when the
   * connection broke off before.
   */
  wait(): Promise<number>;
}

/** A driver that does not claim `terminals` was asked for one. `folder`: the workspace, where it lies on this machine. */
export const noTerminal = (driver: string, folder: string | undefined): StepFailure =>
  new StepFailure({
    code: 'sandbox.unsupported',
    message: `The ${driver} sandbox has no terminal.`,
    hint:
      folder === undefined
        ? 'Run a single command instead.'
        : `Its workspace is a folder of this machine: cd ${folder}`,
    details: { driver, what: 'terminal' },
  });
