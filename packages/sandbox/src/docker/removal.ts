import type { CloseOptions } from '@cicd/plugin';
import type { EngineClient } from '../engine/engine-client.ts';
import { unless } from '../engine/engine-refusal.ts';
import { labelled, labels } from './names.ts';
import { removeContainer } from './process/remove-container.ts';
import type { ListedContainer } from './run-context.ts';

/** What carries these labels: the instance's, or a run's. */
type Owner = Pick<RunOwner, 'instance'> & Partial<RunOwner>;

export interface RunOwner {
  readonly instance: string;
  readonly run: string;
}

interface ListedNetwork {
  readonly Id: string;
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>> | null;
}

interface ListedVolume {
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>> | null;
}

const labelsOf = ({ instance, run }: Owner): Readonly<Record<string, string>> => ({
  [labels.instance]: instance,
  ...(run !== undefined && { [labels.run]: run }),
});

/** Looked at again: Podman lists volumes that carry any of several labels. */
const belongsTo =
  (owner: Owner) =>
  ({ Labels }: Pick<ListedVolume, 'Labels'>): boolean =>
    Object.entries(labelsOf(owner)).every(([label, value]) => Labels?.[label] === value);

export async function listContainers(client: EngineClient, owner: Owner): Promise<readonly ListedContainer[]> {
  const listed = await client.json<readonly ListedContainer[]>('GET', '/containers/json', {
    query: { all: true, filters: labelled(labelsOf(owner)) },
  });
  return listed.filter(belongsTo(owner));
}

async function listVolumes(client: EngineClient, owner: Owner): Promise<readonly ListedVolume[]> {
  const { Volumes } = await client.json<{ Volumes: ListedVolume[] | null }>('GET', '/volumes', {
    query: { filters: labelled(labelsOf(owner)) },
  });
  return (Volumes ?? []).filter(belongsTo(owner));
}

/** Without those of the whole instance, which belong to no run. */
async function listNetworks(client: EngineClient, owner: Owner): Promise<readonly ListedNetwork[]> {
  const networks = await client.json<readonly ListedNetwork[]>('GET', '/networks', {
    query: { filters: labelled(labelsOf(owner)) },
  });
  return networks.filter(belongsTo(owner)).filter(({ Labels }) => Labels?.[labels.run] !== undefined);
}

/** The runs of an instance that have containers, volumes or networks. */
export async function listRuns(client: EngineClient, instance: string): Promise<string[]> {
  const [containers, volumes, networks] = await Promise.all([
    listContainers(client, { instance }),
    listVolumes(client, { instance }),
    listNetworks(client, { instance }),
  ]);
  const runs = [...containers, ...volumes, ...networks].map(({ Labels }) => Labels?.[labels.run]);
  return [...new Set(runs.filter((run) => run !== undefined))];
}

/** Removes all that belongs to a run but what is to be kept, its running processes too; returns the names. Idempotent. */
export async function removeRun(
  client: EngineClient,
  owner: RunOwner,
  { keepWorkspace = false, keepCopies = [] }: CloseOptions = {},
): Promise<string[]> {
  const [containers, volumes, networks] = await Promise.all([
    listContainers(client, owner),
    listVolumes(client, owner),
    listNetworks(client, owner),
  ]);
  const isProcess = ({ Labels }: ListedContainer): boolean => Labels[labels.role] === 'process';
  // Podman keeps the holder of a namespace for as long as a container exists that joined it.
  for (const some of [containers.filter(isProcess), containers.filter((one) => !isProcess(one))])
    await Promise.all(some.map(({ Id }) => removeContainer(client, Id)));
  const isKept = ({ Labels }: ListedVolume) => {
    const copy = Labels?.[labels.copy];
    return keepWorkspace && (copy === undefined || keepCopies.includes(copy));
  };
  const dropped = volumes.filter((volume) => !isKept(volume));
  await Promise.all([
    ...dropped.map(({ Name }) => unless([404], client.done('DELETE', `/volumes/${Name}`))),
    ...networks.map(({ Id }) => unless([404], client.done('DELETE', `/networks/${Id}`))),
  ]);
  return [
    ...containers.map(({ Names, Id }) => Names[0]?.slice(1) ?? Id),
    ...[...dropped, ...networks].map(({ Name }) => Name),
  ];
}
