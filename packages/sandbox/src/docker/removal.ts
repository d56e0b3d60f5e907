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

const filtersOf = ({ instance, run }: Owner): string =>
  labelled({ [labels.instance]: instance, ...(run !== undefined && { [labels.run]: run }) });

export const listContainers = (client: EngineClient, owner: Owner): Promise<readonly ListedContainer[]> =>
  client.json('GET', '/containers/json', { query: { all: true, filters: filtersOf(owner) } });

async function listVolumes(client: EngineClient, owner: Owner): Promise<readonly ListedVolume[]> {
  const { Volumes } = await client.json<{ Volumes: ListedVolume[] | null }>('GET', '/volumes', {
    query: { filters: filtersOf(owner) },
  });
  return Volumes ?? [];
}

/** Without those of the whole instance, which belong to no run. */
async function listNetworks(client: EngineClient, owner: Owner): Promise<readonly ListedNetwork[]> {
  const networks = await client.json<readonly ListedNetwork[]>('GET', '/networks', {
    query: { filters: filtersOf(owner) },
  });
  return networks.filter(({ Labels }) => Labels?.[labels.run] !== undefined);
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
  await Promise.all(containers.map(({ Id }) => removeContainer(client, Id)));
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
