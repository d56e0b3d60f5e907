import { Readable } from 'node:stream';
import {
  EngineError,
  pathNotFound,
  pathRefused,
  relativeToWorkspace,
  workspaceRoot,
  type Workspace,
} from '@cicd/plugin';
import { workspaceArchive } from '../../archive/workspace-archive.ts';
import { unless } from '../../engine/engine-refusal.ts';
import { workspaceGroup } from '../container-config.ts';
import { labels, names } from '../names.ts';
import { runLabels, type RunContext } from '../run-context.ts';
import { ArchiveContainer } from './archive-container.ts';

/** A workspace that is a volume of the engine. */
export interface VolumeWorkspace extends Workspace {
  readonly volume: string;
  /** Resolves when users of the shared group can write in it: before, no process may start. */
  readonly ready: Promise<void>;
  /** Makes a folder of it, for every user; what is there stays as it is. */
  makeFolder(folder: string): Promise<void>;
  /** Puts everything of this workspace into an empty one. */
  copyTo(target: ArchiveContainer, signal?: AbortSignal): Promise<void>;
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

/** Makes the volume, its way for archives, and, when it is new, the rights of its root. */
export async function createVolume(
  context: RunContext,
  copy = '',
): Promise<{ container: ArchiveContainer; ready: Promise<void> }> {
  const { client, instance, run } = context;
  const volume = names.workspace(instance, run, copy);
  const owner = { [labels.instance]: instance, [labels.run]: run };
  const more = copy === '' ? {} : { [labels.copy]: copy };
  const { Labels } = await client.json<{ Labels: Record<string, string> | null }>('POST', '/volumes/create', {
    body: { Name: volume, Labels: { ...runLabels(context, 'workspace'), ...more } },
  });
  for (const [label, value] of Object.entries(owner)) if (Labels?.[label] !== value) throw notOurs(volume);
  const container = new ArchiveContainer(client, names.archive(volume));
  const prepare = async (): Promise<void> => {
    const fresh = await container.create(volume, { ...runLabels(context, 'archive'), ...more });
    // An earlier life may have ended between the two.
    if (!fresh && (await container.stat(workspaceRoot))?.handsGroupOn) return;
    await container.put(
      '/',
      workspaceArchive(Readable.from([]), { below: [workspaceRoot.slice(1)], group: workspaceGroup }),
    );
  };
  const ready = prepare();
  // Whoever uses the workspace awaits it, and hears of the failure.
  ready.catch(() => undefined);
  return { container, ready };
}

export function volumeWorkspace(volume: string, container: ArchiveContainer, ready: Promise<void>): VolumeWorkspace {
  return {
    id: volume,
    volume,
    ready,
    async copyIn(archive, destination, { signal } = {}) {
      // It is not read yet, but may fail already: that is told when it is.
      archive.on('error', () => undefined);
      const segments = segmentsOf(destination);
      await ready;
      const { folder, missing } = await deepest(container, segments, destination);
      await container.put(folder, workspaceArchive(archive, { below: missing, group: workspaceGroup }), signal);
    },
    async copyOut(source, { signal } = {}) {
      const segments = segmentsOf(source);
      await ready;
      const { folder, missing } = await deepest(container, segments.slice(0, -1), source);
      const archive =
        missing.length > 0 ? undefined : await container.get([folder, ...segments.slice(-1)].join('/'), signal);
      if (archive === undefined) throw pathNotFound(source);
      return archive;
    },
    async makeFolder(path) {
      await ready;
      const { folder, missing } = await deepest(container, segmentsOf(path), path);
      if (missing.length > 0)
        await container.put(folder, workspaceArchive(Readable.from([]), { below: missing, group: workspaceGroup }));
    },
    async copyTo(target, signal) {
      await ready;
      const archive = await container.get(workspaceRoot, signal);
      if (archive === undefined) throw pathNotFound(workspaceRoot);
      await target.put('/', archive, signal);
    },
  };
}

/** True when nothing was left of it, or it could be removed; false while a container uses it. */
export async function removeVolume({ client }: RunContext, volume: string): Promise<boolean> {
  await new ArchiveContainer(client, names.archive(volume)).remove();
  let used = false;
  await unless(
    [404],
    unless([409], client.done('DELETE', `/volumes/${volume}`)).then((removed) => {
      used = removed === undefined;
    }),
  );
  return !used;
}

const notOurs = (volume: string): EngineError =>
  new EngineError({
    code: 'sandbox.engine_failed',
    message: `The engine has a volume ${volume} that does not belong to this run.`,
    hint: 'Remove or rename the volume.',
    details: { volume },
  });
