import { formatByteSize, noCaches, type StepCaches, type StepLog } from '@cicd/plugin';
import type { CacheStore } from '../cache/cache-store.ts';
import type { RunState } from '../run/state.ts';

/** The project's caches for one attempt. A run that is not trusted reads them and writes none. */
export function cachesOfAttempt(
  store: CacheStore | undefined,
  { project, trigger }: Pick<RunState, 'project' | 'trigger'>,
  { log, signal }: { readonly log: StepLog; readonly signal: AbortSignal },
): StepCaches {
  if (!store) return noCaches;
  return {
    restore: (paths, key, prefixes) => store.find({ project, paths, key }, prefixes),
    async save(paths, key, content) {
      if (trigger['trusted'] === false) return 'untrusted';
      const { outcome, evicted } = await store.put({ project, paths, key }, content, { signal });
      for (const { key: gone, bytes } of evicted)
        await log.warn(`the caches were full: ${gone} (${formatByteSize(bytes)}), unused for longest, was removed`);
      return outcome;
    },
  };
}
