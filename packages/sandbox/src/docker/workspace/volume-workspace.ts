import { Readable } from 'node:stream';
import {
  checkedArchive,
  EngineError,
  pathNotFound,
  pathRefused,
  relativeToWorkspace,
  workspaceRoot,
  type Workspace,
} from '@cicd/plugin';
import { workspaceArchive } from '../../archive/workspace-archive.ts';
import type { EngineClient } from '../../engine/engine-client.ts';
import { EngineRefusal, engineTrouble, unless } from '../../engine/engine-refusal.ts';
import { workspaceGroup } from '../container-config.ts';
import { labels, names, type Role } from '../names.ts';
import { runLabels, type RunContext } from '../run-context.ts';
import { ArchiveContainer } from './archive-container.ts';
import { WorkspaceRoot } from './workspace-root.ts';

/** A workspace that is a volume of the engine. */
export interface VolumeWorkspace extends Workspace {
  readonly volume: string;
  readonly root: WorkspaceRoot;
  /** Makes a folder of it, for every user; what is there stays as it is. */
  makeFolder(folder: string): Promise<void>;
  /** Puts everything of another workspace into this one, as it is. */
  copyFrom(source: Workspace, signal?: AbortSignal): Promise<void>;
}

const inWorkspace = (path: string): boolean => path === workspaceRoot || path.startsWith(`${workspaceRoot}/`);

/** The deepest folder there is on the way to a path, links followed, and the names that are missing below it. */
async function deepest(
  container: ArchiveContainer,
  segments: readonly string[],
  asked: string,
): Promise<{ folder: string; missing: readonly string[] }> {
  let folder = workspaceRoot;
  for (const [index, segment] of segments.entries()) {
    let stat = await container.stat(`${folder}/${segment}`);
    if (stat === undefined) return { folder, missing: segments.slice(index) };
    folder = `${folder}/${segment}`;
    if (stat.kind === 'link') {
      folder = stat.target;
      if (!inWorkspace(folder)) throw pathRefused(asked);
      stat = await container.stat(folder);
    }
    if (stat?.kind !== 'folder') throw pathNotFound(folder);
  }
  return { folder, missing: [] };
}

const segmentsOf = (path: string): string[] =>
  relativeToWorkspace(path)
    .split('/')
    .filter((segment) => segment !== '');

/** Makes the volume and its way for archives, or finds them. */
export async function openVolume(context: RunContext, copy = ''): Promise<VolumeWorkspace> {
  const { client, instance, run } = context;
  const volume = names.workspace(instance, run, copy);
  const more = copy === '' ? {} : { [labels.copy]: copy };
  const labelsOf = (role: Role) => ({ ...runLabels(context, role), ...more });
  const container = new ArchiveContainer(client, names.archive(volume), context.differences);
  const { Labels } = await client.json<{ Labels: Record<string, string> | null }>('POST', '/volumes/create', {
    body: { Name: volume, Labels: labelsOf('workspace') },
  });
  const owner = { [labels.instance]: instance, [labels.run]: run };
  for (const [label, value] of Object.entries(owner)) {
    if (Labels?.[label] !== value) throw notOurs(volume);
  }
  // Only now: a container makes a missing volume as well, but not every engine then labels it.
  const root = new WorkspaceRoot(container, () => container.create(volume, labelsOf('archive')));
  return volumeWorkspace(client, volume, container, root);
}

/** Milliseconds that an engine with many volumes gets to measure them. */
const measuringPatience = 10_000;

interface DiskUsage {
  readonly Volumes?: readonly { readonly Name: string; readonly UsageData?: { readonly Size: number } }[] | null;
}

/** 409: somebody else has it measured at this moment. */
async function measureVolume(client: EngineClient, volume: string): Promise<number | undefined> {
  const signal = AbortSignal.timeout(measuringPatience);
  try {
    const call = { query: { type: 'volume' }, signal };
    const usage = await unless([409], client.json<DiskUsage>('GET', '/system/df', call));
    const size = usage?.Volumes?.find(({ Name }) => Name === volume)?.UsageData?.Size;
    return size === undefined || size < 0 ? undefined : size;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function volumeWorkspace(
  client: EngineClient,
  volume: string,
  container: ArchiveContainer,
  root: WorkspaceRoot,
): VolumeWorkspace {
  return {
    id: volume,
    volume,
    root,
    async copyIn(archive, destination, { signal } = {}) {
      const segments = segmentsOf(destination);
      const checked = await checkedArchive(archive, { signal });
      try {
        if (segments.length === 0) return await root.fill(checked, signal);
        await root.open();
        const { folder, missing } = await deepest(container, segments, destination);
        await container.put(folder, workspaceArchive(checked, { below: missing, group: workspaceGroup }), signal);
      } finally {
        checked.destroy();
      }
    },
    async copyOut(source, { signal } = {}) {
      const segments = segmentsOf(source);
      await root.open();
      const { folder, missing } = await deepest(container, segments.slice(0, -1), source);
      const archive =
        missing.length > 0 ? undefined : await container.get([folder, ...segments.slice(-1)].join('/'), signal);
      if (archive === undefined) throw pathNotFound(source);
      return archive;
    },
    async makeFolder(path) {
      const segments = segmentsOf(path);
      if (segments.length === 0) return;
      await root.open();
      const { folder, missing } = await deepest(container, segments, path);
      if (missing.length > 0)
        await container.put(folder, workspaceArchive(Readable.from([]), { below: missing, group: workspaceGroup }));
    },
    measure: () => measureVolume(client, volume),
    async copyFrom(source, signal) {
      await root.copy(await source.copyOut(workspaceRoot, { ...(signal && { signal }) }), signal);
    },
  };
}

export async function hasVolume({ client }: RunContext, volume: string): Promise<boolean> {
  return (await unless([404], client.json('GET', `/volumes/${volume}`))) !== undefined;
}

/**
 * True when nothing was left of it, or it could be removed; false while a process works in it. Held by anything else,
 * such as the rest of a try that broke off: trouble that passes.
 */
export async function removeVolume({ client, differences }: RunContext, volume: string): Promise<boolean> {
  await new ArchiveContainer(client, names.archive(volume), differences).remove();
  const path = `/volumes/${volume}`;
  try {
    await unless([404], client.done('DELETE', path));
    return true;
  } catch (error) {
    if (!(error instanceof EngineRefusal) || error.status !== 409) throw error;
    const filters = JSON.stringify({ volume: [volume], label: [`${labels.role}=process`] });
    const users = await client.json<readonly unknown[]>('GET', '/containers/json', { query: { all: true, filters } });
    if (users.length === 0) throw engineTrouble(error, `DELETE ${path}`);
    return false;
  }
}

const notOurs = (volume: string): EngineError =>
  new EngineError({
    code: 'sandbox.engine_failed',
    message: `The engine has a volume ${volume} that does not belong to this run.`,
    hint: 'Remove or rename the volume.',
    details: { volume },
  });
