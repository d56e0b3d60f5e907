import { existsSync } from 'node:fs';
import { stepPorts, type StepPorts } from '@cicd/plugin';
import type { DataFolder } from './local/data-folder/data-folder.ts';
import { createMemoryBroker, type MemoryBroker } from './events/memory-broker.ts';

export interface Outside {
  readonly ports: StepPorts;
  /** What no log and no error may show. */
  readonly secrets: readonly string[];
  readonly events: MemoryBroker;
}

/**
 * What steps may use outside of their run: by the settings of the data folder, over them what the embedding program
 * gives, and a broker in memory where it gives none of that name. Errors: `command.settings_invalid`.
 */
export async function openOutside(folder: DataFolder, given: Partial<StepPorts> = {}): Promise<Outside> {
  const events = createMemoryBroker();
  const { ports, secrets } = await settingsPorts(folder);
  const all = stepPorts({ ...ports, ...given });
  const brokers = new Map([...all.brokers, ...(all.brokers.has('memory') ? [] : [['memory', events] as const])]);
  return { ports: { ...all, brokers }, secrets, events };
}

/** Most data folders have no settings, and need not load what reads them. */
async function settingsPorts(folder: DataFolder) {
  if (!existsSync(folder.settings)) return { ports: {}, secrets: [] };
  const { portsOfSettings, readSettings } = await import('./settings/index.ts');
  return portsOfSettings(readSettings(folder.settings), { folder: folder.root, env: process.env });
}
