import type { ProcessConfig } from '../sandbox/process.ts';

/** What an attempt of a step would work with; a person is to find the same. */
export interface StepSurroundings<Config = unknown> {
  /** Templates resolved, then validated, defaults filled in. May lack what holds secrets. */
  readonly config: Config;
  /** As `StepContext.env`. May hold secrets: hand them over by standard input only. */
  readonly env: Readonly<Record<string, string>>;
  /** Random, 32 hexadecimal digits: for marks that nobody can guess. */
  readonly token: string;
  /** What is to be performed instead of opening a terminal. */
  readonly command?: string;
}

/** A shell in the surroundings of a step. */
export interface StepShell {
  /**
   * With a `command` it performs that, and ends with its exit code. Without one it prepares all that the terminal needs,
   * then writes to its standard output, and stays until it is stopped.
   */
  readonly process: Omit<ProcessConfig, 'key' | 'workspace' | 'env'>;
  /** What is run on a terminal inside it. */
  readonly terminal: readonly [string, ...string[]];
}
