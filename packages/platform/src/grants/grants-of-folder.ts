import { existsSync } from 'node:fs';
import type { GrantPolicy } from '@cicd/plugin';
import type { DataFolder } from '../local/data-folder/data-folder.ts';
import { createGrantPolicy } from './create-grant-policy.ts';

/** The operator's grants in the settings of a data folder, read anew whenever they are asked. */
export const grantsOfFolder = ({ settings }: Pick<DataFolder, 'settings'>): GrantPolicy =>
  createGrantPolicy(settings, async () => {
    if (!existsSync(settings)) return [];
    const { readSettings } = await import('../settings/index.ts');
    return readSettings(settings).grants ?? [];
  });
