export { createRuntime, type Runtime } from './runtime.ts';
export { loadRun, type LoadedRun } from './load-run.ts';
export { createMailbox, type Mailbox, type MailboxOptions, type Receiver } from './mailbox.ts';
export { createNudges, type Nudges } from './nudges.ts';
export { removeRemains, type RemainsOfRun } from './remove-remains.ts';
export { createSoleOwnership, type Ownership } from './ownership.ts';
export type {
  DriveOptions,
  Identity,
  PrepareSource,
  QueuedBehind,
  RerunOptions,
  RunHandle,
  RunListener,
  RunOptions,
  RuntimeLimits,
  RuntimePorts,
  SequencedEvent,
} from './ports.ts';
export type { RunShell, ShellOptions } from './shell/open-shell.ts';
export type { ShellWorkspace } from './shell/shell-workspace.ts';
export {
  defaultWorkspaceLimits,
  removeExpiredWorkspaces,
  type WorkspaceLimits,
  type WorkspaceRetention,
} from './workspace-retention.ts';
