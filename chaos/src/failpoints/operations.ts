import type { LogStore, LogWriter, Ownership, RunEvent, RunStore } from '@cicd/engine';
import type { ArtifactStore, Process, Sandbox, SandboxDriver, Workspace } from '@cicd/plugin';
import type { Provider } from './provider.ts';

/**
 * How an operation is watched. `call`: before it, and after it before its answer is seen. `stream`: before it, at each
 * piece, and after the last. `silent`: it only registers something in memory.
 */
export type Watching = 'call' | 'stream' | 'silent';

/** The ports of the runtime, and what they hand out. */
export interface Ports {
  readonly store: RunStore<RunEvent>;
  readonly ownership: Ownership;
  readonly driver: SandboxDriver;
  readonly sandbox: Sandbox;
  readonly workspace: Workspace;
  readonly process: Process;
  readonly logs: LogStore;
  readonly log: LogWriter;
  readonly artifacts: ArtifactStore;
  readonly provider: Provider;
}

type Methods<Port> = {
  [Name in keyof Port]-?: Port[Name] extends (...given: never[]) => unknown ? Name : never;
}[keyof Port];

/** Every operation of every port. One that is added to a port does not compile until it stands here. */
export const operations = {
  store: {
    create: 'call',
    append: 'call',
    read: 'call',
    plan: 'call',
    find: 'call',
    list: 'call',
    lastSucceeded: 'call',
    holder: 'call',
    claim: 'call',
    release: 'call',
    unfinished: 'call',
    unfinishedOf: 'call',
    post: 'call',
    messages: 'call',
    dropMessages: 'call',
    delete: 'call',
    close: 'call',
  },
  ownership: { open: 'call', isAlive: 'call', gone: 'call', nudge: 'call', onNudge: 'silent' },
  driver: { check: 'call', open: 'call', runs: 'call', sweep: 'call', close: 'call' },
  sandbox: {
    copyWorkspace: 'call',
    dropWorkspace: 'call',
    prepare: 'call',
    create: 'call',
    attach: 'call',
    close: 'call',
  },
  workspace: { copyIn: 'call', copyOut: 'call', measure: 'call' },
  process: {
    state: 'call',
    start: 'call',
    output: 'stream',
    wait: 'call',
    serviceOutput: 'call',
    openTerminal: 'call',
    stop: 'call',
    remove: 'call',
  },
  logs: { writer: 'call', read: 'stream', lines: 'stream', tail: 'call', attempts: 'call', delete: 'call' },
  log: { write: 'call', section: 'call', info: 'call', warn: 'call', close: 'call' },
  artifacts: { put: 'call', get: 'call', list: 'call', delete: 'call', expire: 'call', close: 'call' },
  provider: { deploy: 'call' },
} as const satisfies { readonly [Port in keyof Ports]: Readonly<Record<Methods<Ports[Port]>, Watching>> };

/** What an operation hands out that is a port itself. */
export const handedOut: Readonly<Record<string, keyof Ports>> = {
  'driver.open': 'sandbox',
  'sandbox.workspace': 'workspace',
  'sandbox.copyWorkspace': 'workspace',
  'sandbox.create': 'process',
  'sandbox.attach': 'process',
  'logs.writer': 'log',
};
