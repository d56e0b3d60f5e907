import type { CicdError, JsonObject } from '@cicd/plugin';
import type { LogKey } from '../log/log-store.ts';
import type { Masker } from '../masking/masker.ts';
import type { RunCommand } from '../run/commands.ts';
import type { RunEvent } from '../run/events.ts';
import type { RunState } from '../run/state.ts';
import type { AttemptLog } from './attempt-log.ts';
import type { FairPool } from './fair-pool.ts';
import type { RuntimePorts } from './ports.ts';
import type { RunArtifacts } from './run-artifacts.ts';
import type { RunSandbox } from './run-sandbox.ts';
import type { RunValues } from './run-values.ts';
import type { RunWorkspaces } from './run-workspaces.ts';

/** What a command came to. */
export interface Sent {
  readonly events: readonly RunEvent[];
  /** Resolves when the events are stored; never rejects before the run itself has failed to be driven. */
  readonly durable: Promise<void>;
}

/** What the parts of one run's performance share. */
export interface RunScope {
  readonly ports: RuntimePorts;
  readonly containers: FairPool;
  readonly state: RunState;
  readonly masker: Masker;
  readonly sandbox: RunSandbox;
  readonly workspaces: RunWorkspaces;
  readonly artifacts: RunArtifacts;
  /** There once the run has begun. */
  readonly values: RunValues;
  /** The log of an attempt, or of the source. */
  log(key: Omit<LogKey, 'run'>, options: { readonly append: boolean }): AttemptLog;
  send(command: RunCommand): Sent;
  /**
   * Rejects when the run belongs to another process by now: asked before an effect on what that one may have taken up,
   * where no event is stored first. Errors: `run.not_owner`.
   */
  stillOurs(): Promise<void>;
  /** Trouble that holds the run itself up. */
  onTrouble(error: CicdError): void;
  progress(step: string, data: JsonObject): void;
}
