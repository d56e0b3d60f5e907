import { ConfigError, type ArtifactStore, type StepArtifacts } from '@cicd/plugin';
import type { Masker } from '../masking/masker.ts';

/** The artifacts of one run, with the rule that a key belongs to one step. */
export interface RunArtifacts {
  /** `signal` is asked at each `put`: an attempt that was told to end may still store what it is to leave. */
  forAttempt(step: string, attempt: number, signal: () => AbortSignal): StepArtifacts;
}

export interface RunArtifactsOptions {
  readonly store: ArtifactStore;
  readonly run: string;
  readonly masker: Masker;
  readonly lastRunOf: StepArtifacts['lastRunOf'];
}

export function openRunArtifacts({ store, run, masker, lastRunOf }: RunArtifactsOptions): RunArtifacts {
  let loaded: Promise<Map<string, string>> | undefined;
  /** Key → step that holds it: kept here so that two steps at once cannot both find the key free. */
  const owners = () => {
    loaded ??= store
      .list(run)
      .then((artifacts) => new Map(artifacts.map(({ key, producer }) => [key, producer?.step ?? ''])))
      .catch((error: unknown) => {
        loaded = undefined;
        throw error;
      });
    return loaded;
  };
  return {
    forAttempt: (step, attempt, signal) => ({
      async put(written, content, metadata) {
        const key = masker.text(written);
        const claims = await owners();
        const owner = claims.get(key);
        if (owner !== undefined && owner !== step) {
          content.destroy();
          throw new ConfigError({
            code: 'artifact.exists',
            message: `the artifact "${key}" of this run was stored by ${owner === '' ? 'somebody else' : `the step ${owner}`}`,
            hint: 'Give each step, and each matrix member, a key of its own: a template such as {{ matrix.node }} in the key does it.',
          });
        }
        claims.set(key, step);
        const described = () => ({
          ...(typeof metadata === 'function' ? metadata() : metadata),
          producer: { step, attempt },
        });
        try {
          return await store.put(run, key, content, described, { signal: signal() });
        } catch (error) {
          if (owner === undefined) claims.delete(key);
          throw error;
        }
      },
      get: (key, from) => store.get(from?.run ?? run, key),
      list: (from) => store.list(from?.run ?? run),
      lastRunOf,
    }),
  };
}
