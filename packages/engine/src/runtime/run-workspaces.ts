import type { CloseOptions, Workspace } from '@cicd/plugin';
import type { RunCommand } from '../run/commands.ts';
import type { Unit } from '../run/run-index.ts';
import type { Scope } from '../run/scope.ts';
import type { RunState } from '../run/state.ts';
import type { RunSandbox } from './run-sandbox.ts';
import { unlessAborted } from './unless-aborted.ts';

/** The workspaces that a run's attempts work in. */
export interface RunWorkspaces {
  /** The workspace of an attempt, and how to give it back: what is nobody else's is then dropped. */
  take(unit: Unit, signal?: AbortSignal): Promise<TakenWorkspace>;
  /** Drops the copies that end with this step: its turn's, and its own where it is a structured one. */
  ended(unit: Unit): Promise<void> | undefined;
}

export interface TakenWorkspace {
  readonly workspace: Workspace | undefined;
  drop(): Promise<void>;
}

export interface RunWorkspacesOptions {
  readonly sandbox: RunSandbox;
  send(command: RunCommand): { readonly durable: Promise<void> };
}

/** A copy that several steps share: those of one turn of a loop, or all inside a structured step. */
interface SharedCopy {
  readonly workspace: Promise<Workspace>;
  users: number;
  isOver: boolean;
}

interface CopyName {
  readonly name: string;
  /** Of the turn that it belongs to; undefined = the whole step. */
  readonly turn: number | undefined;
}

/** Which copy the steps of a scope share; undefined where they share what is around. */
function copyOf({ parent, turn, key }: Scope): CopyName | undefined {
  if (!parent) return undefined;
  const { attempt } = parent.state;
  const entry = parent.inside?.entry;
  if (entry?.kind === 'foreach' && entry.concurrency > 1) return { name: `${key}-${attempt}`, turn };
  return parent.group.step.workspace === 'copy' ? ownCopyOf(parent) : undefined;
}

const ownCopyOf = ({ state: { key, attempt } }: Unit): CopyName => ({ name: `${key}-${attempt}`, turn: undefined });

export function createRunWorkspaces({ sandbox, send }: RunWorkspacesOptions): RunWorkspaces {
  const copies = new Map<string, SharedCopy>();

  /** What the steps of a scope share; undefined where they do without. */
  const take = async (scope: Scope, signal?: AbortSignal): Promise<TakenWorkspace> => {
    const { parent } = scope;
    if (!parent) return { workspace: (await sandbox.open(signal)).workspace, drop: nothing };
    if (parent.group.step.workspace === 'none') return { workspace: undefined, drop: nothing };
    const shared = copyOf(scope);
    if (!shared) return take(parent.group.scope, signal);
    const copy = copies.get(shared.name) ?? begin(parent, shared);
    copy.users += 1;
    const drop = () => {
      copy.users -= 1;
      return dropWhenOver(shared.name, copy);
    };
    try {
      return { workspace: await unlessAborted(copy.workspace, signal), drop };
    } catch (error) {
      await drop();
      throw error;
    }
  };

  const begin = (parent: Unit, shared: CopyName): SharedCopy => {
    const copy = { workspace: make(parent, shared), users: 0, isOver: false };
    copies.set(shared.name, copy);
    copy.workspace.catch(() => {
      if (copies.get(shared.name) === copy) copies.delete(shared.name);
    });
    return copy;
  };

  /** Not stopped by the end of one step: others may wait for it. Once complete it is found again after a restart. */
  const make = async (parent: Unit, { name, turn }: CopyName) => {
    const around = await take(parent.group.scope);
    try {
      const keep = parent.inside?.prepared.has(turn) ?? false;
      const opened = await sandbox.open();
      const copy = await opened.copyWorkspace(name, { keep, ...(around.workspace && { from: around.workspace }) });
      const { key: step, attempt } = parent.state;
      if (!keep) await send({ type: 'prepare', step, attempt, ...(turn !== undefined && { turn }) }).durable;
      return copy;
    } finally {
      await around.drop();
    }
  };

  const end = async (name: string) => {
    const copy = copies.get(name);
    if (!copy) return;
    copy.isOver = true;
    await dropWhenOver(name, copy);
  };

  const dropWhenOver = async (name: string, copy: SharedCopy) => {
    if (!copy.isOver || copy.users > 0 || copies.get(name) !== copy) return;
    copies.delete(name);
    try {
      const [opened, workspace] = await Promise.all([sandbox.open(), copy.workspace]);
      await opened.dropWorkspace(workspace);
    } catch {
      // Closing the run's sandbox removes what could not be removed here.
    }
  };

  return {
    async take(unit, signal) {
      const { step, scope } = unit.group;
      if (step.workspace === 'none') return { workspace: undefined, drop: nothing };
      const around = await take(scope, signal);
      if (step.workspace === 'shared' || !around.workspace) return around;
      try {
        const opened = await sandbox.open(signal);
        const name = ownCopyOf(unit).name;
        const workspace = await opened.copyWorkspace(name, { ...(signal && { signal }), from: around.workspace });
        return {
          workspace,
          async drop() {
            try {
              await opened.dropWorkspace(workspace);
            } finally {
              await around.drop();
            }
          },
        };
      } catch (error) {
        await around.drop();
        throw error;
      }
    },
    ended(unit) {
      if (copies.size === 0) return undefined;
      const { scope, step } = unit.group;
      const shared = scope.isClosed ? copyOf(scope) : undefined;
      const over = [...(shared?.turn === undefined ? [] : [shared.name]), ...(step.flow ? [ownCopyOf(unit).name] : [])];
      return Promise.all(over.map(end)).then(() => {});
    },
  };
}

/** What a run that waits needs of its sandbox: the workspace, and the complete copies that steps to come share. */
export const neededToGoOn = ({ index }: RunState): CloseOptions => ({
  keepWorkspace: true,
  keepCopies: [...index.inside].flatMap((unit) => copiesInside(unit)),
});

/** Of a structured step that is at work. */
function copiesInside({ inside }: Unit): readonly string[] {
  const open = (inside?.scopes ?? []).filter(({ isClosed }) => !isClosed);
  const copies = open.map(copyOf).filter((copy) => copy && inside?.prepared.has(copy.turn));
  return [...new Set(copies.flatMap((copy) => (copy ? [copy.name] : [])))];
}

const nothing = () => Promise.resolve();
