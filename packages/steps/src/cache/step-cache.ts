import { Type, type Static } from 'typebox';
import { CicdError, workspaceRoot, type CacheHit, type StepContext } from '@cicd/plugin';
import { workspaceOf } from '../artifact/workspace-of.ts';
import { closed, WorkspacePath } from '../schema/fields.ts';
import { cacheArchive } from './cache-archive.ts';

const key = (description: string) => Type.String({ minLength: 1, maxLength: 512, description });

export const CacheConfig = Type.Object(
  {
    key: key("Names the cache, as in `npm-{{ hash_files('package-lock.json') }}`. A cache of a key never changes."),
    restore_keys: Type.Optional(
      Type.Array(key('The beginning of a key.'), {
        maxItems: 10,
        description:
          'Where there is no cache of the key: the newest whose key begins so; the first that fits is taken.',
      }),
    ),
    paths: Type.Array(WorkspacePath({ description: 'A file or folder.' }), {
      minItems: 1,
      maxItems: 20,
      description: 'What is kept. A cache belongs to its paths too.',
    }),
  },
  closed,
);

type CacheConfig = Static<typeof CacheConfig>;

export const CacheOutput = Type.Object(
  {
    key: Type.String({ description: 'As it was asked for.' }),
    hit: Type.Union([Type.Literal('exact'), Type.Literal('prefix'), Type.Literal('none')], {
      description: 'What was found before the commands ran.',
    }),
  },
  closed,
);

export interface RestoredCache {
  readonly key: string;
  readonly hit: CacheHit;
}

/** Puts caches into the workspace. A damaged one is as good as none, and said to be so. */
export async function restoreCaches(ctx: StepContext, caches: readonly CacheConfig[]): Promise<RestoredCache[]> {
  const restored: RestoredCache[] = [];
  for (const cache of caches) restored.push({ key: cache.key, hit: await restore(ctx, cache) });
  return restored;
}

async function restore(
  ctx: StepContext,
  { key: wanted, restore_keys: prefixes = [], paths }: CacheConfig,
): Promise<CacheHit> {
  const found = await ctx.caches.restore(paths, wanted, prefixes);
  if (!found) {
    await ctx.log.info(`cache ${wanted}: none`);
    return 'none';
  }
  try {
    await workspaceOf(ctx).copyIn(found.content, workspaceRoot, { signal: ctx.signal });
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (!isUnusable(error)) throw error;
    await found.discard();
    await ctx.log.warn(`cache ${found.key} is of no use and was removed: ${error.message}`);
    return 'none';
  }
  await ctx.log.info(
    found.hit === 'exact' ? `cache ${wanted}: restored` : `cache ${wanted}: restored from ${found.key}`,
  );
  return found.hit;
}

/** Keeps what the step leaves, for each key that has no cache yet. That it cannot is no failure of the step. */
export async function saveCaches(ctx: StepContext, caches: readonly CacheConfig[]): Promise<void> {
  for (const { key: wanted, paths } of caches) {
    try {
      const said = await save(ctx, wanted, paths);
      if (said) await ctx.log.info(`cache ${wanted}: ${said}`);
    } catch (error) {
      ctx.signal.throwIfAborted();
      if (!isUnusable(error)) throw error;
      await ctx.log.warn(`cache ${wanted} is not kept: ${error.message}`);
    }
  }
}

async function save(ctx: StepContext, wanted: string, paths: readonly string[]): Promise<string | undefined> {
  const saved = await ctx.caches.save(paths, wanted, () => cacheArchive(workspaceOf(ctx), paths, ctx.signal));
  return outcomes[saved];
}

const outcomes = {
  saved: 'kept',
  exists: undefined,
  nothing: 'not kept, none of its paths is there',
  untrusted: 'not kept, this run is not trusted to',
  too_large: 'not kept, it is larger than all caches may be together',
} as const;

/** Damaged bytes, or an archive that would not unpack: of the cache, not of the step. */
const isUnusable = (error: unknown): error is CicdError =>
  CicdError.isInstance(error) && (error.code === 'artifact.corrupt' || error.code.startsWith('archive.'));
