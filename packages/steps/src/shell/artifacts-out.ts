import { CicdError, type JsonObject, type StepContext } from '@cicd/plugin';
import { describeArtifact, storePath } from '../artifact/store-path.ts';
import type { ShellExecConfig } from './shell-exec-config.ts';

export type StepEnd = 'success' | 'failure' | 'cancelled';

/**
 * Stores what `artifacts_out` asks for after such an end. After a success, what cannot be stored fails the step; after
 * another end it is a warning, for the first failure is what people look for.
 */
export async function storeOutputArtifacts(ctx: StepContext<ShellExecConfig>, end: StepEnd): Promise<JsonObject[]> {
  const stored: JsonObject[] = [];
  for (const { key, path, retention, when } of ctx.config.artifacts_out ?? []) {
    if (when !== 'always' && when !== end) continue;
    try {
      const signal = end === 'success' ? ctx.signal : undefined;
      stored.push(describeArtifact(await storePath(ctx, { path, key, retention }, signal)));
      await ctx.log.info(`stored the artifact ${key}`);
    } catch (error) {
      if (end === 'success' || !CicdError.isInstance(error)) throw error;
      await ctx.log.warn(`the artifact ${key} could not be stored: ${error.message}`);
    }
  }
  return stored;
}
