import { permits, type Permission, type Principal } from '@cicd/access';
import type { RunSummary } from '@cicd/engine';
import type { Platform } from '@cicd/platform';
import { ConfigError } from '@cicd/plugin';
import { Type } from 'typebox';

/** A whole id: a prefix could tell of runs that the one who asks may not see. */
export const runId = Type.String({ pattern: '^[a-z0-9]{1,64}$', description: 'The whole id of a run.' });

/** A run that the one who asks may see; of any other it is not said that it exists. Errors: `run.not_found`. */
export async function runOfRequest(
  { platform, who }: { readonly platform: Platform; readonly who: Principal | undefined },
  id: string,
  permission: Permission,
): Promise<RunSummary> {
  const found = await platform.runs.find(id).catch(unlessNotFound);
  if (found?.id === id && who && permits(who, permission, found)) return found;
  throw new ConfigError({ code: 'run.not_found', message: `there is no run ${id}` });
}

function unlessNotFound(error: unknown): undefined {
  const { code } = error as { code?: unknown };
  if (code === 'run.not_found' || code === 'run.ambiguous') return undefined;
  throw error;
}
