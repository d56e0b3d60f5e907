import { existsSync } from 'node:fs';
import path from 'node:path';
import { stepPorts, type GitSource, type StepPorts } from '@cicd/plugin';
import { createLazyGitSource } from './git/lazy-git-source.ts';
import type { ArtifactPlace, SettingsPorts } from './settings/index.ts';
import type { DataFolder } from './local/data-folder/data-folder.ts';
import type { ProcessOwnership } from './local/data-folder/process-ownership.ts';
import { keptKnowledge } from './scanners/kept-knowledge.ts';
import { createMemoryBroker, type MemoryBroker } from './events/memory-broker.ts';

export interface Outside {
  readonly ports: StepPorts;
  readonly git: GitSource;
  /** Where artifacts are kept, when that is not the data folder. */
  readonly artifacts: ArtifactPlace | undefined;
  /** What no log and no error may show. */
  readonly secrets: readonly string[];
  readonly events: MemoryBroker;
  /** Bytes that all caches together may take. */
  readonly cacheQuota: number;
}

const defaultCacheQuota = 10 * 1024 ** 3;

/**
 * What steps may use outside of their run: by the settings of the data folder, over them what the embedding program
 * gives, and a broker in memory where it gives none of that name. Errors: `command.settings_invalid`.
 */
export async function openOutside(
  folder: DataFolder,
  ownership: ProcessOwnership,
  given: Partial<StepPorts> = {},
): Promise<Outside> {
  const events = createMemoryBroker();
  const settings = await settingsPorts(folder);
  const { ports, artifacts, secrets, knownHostsFile, cacheQuota = defaultCacheQuota } = settings;
  const { allowed } = given.network ?? ports.network ?? { allowed: [] };
  // What a killed process leaves there is found by its name.
  const temporary = async () => path.join(folder.temporary, await ownership.open());
  const git = createLazyGitSource({ temporary, allowed, knownHostsFile });
  const all = stepPorts({ git, knowledge: keptKnowledge(folder.scanners), ...ports, ...given });
  const brokers = new Map([...all.brokers, ...(all.brokers.has('memory') ? [] : [['memory', events] as const])]);
  return { ports: { ...all, brokers }, git: all.git ?? git, artifacts, secrets, events, cacheQuota };
}

const nothing = { ports: {}, artifacts: undefined, secrets: [], knownHostsFile: undefined };

/** Most data folders have no settings, and need not load what reads them. */
async function settingsPorts(
  folder: DataFolder,
): Promise<Omit<SettingsPorts, 'ports'> & { readonly ports: Partial<StepPorts> }> {
  if (!existsSync(folder.settings)) return nothing;
  const { portsOfSettings, readSettings } = await import('./settings/index.ts');
  return portsOfSettings(readSettings(folder.settings), { folder: folder.root, env: process.env });
}
