import { asksForNothing, ConfigError, privilegeNames, type GrantPolicy } from '@cicd/plugin';
import { grantLines } from './grant-lines.ts';
import type { Grant } from './grants-schema.ts';
import { uncovered } from './judge-privileges.ts';
import { resolvePrivileges } from './resolve-privileges.ts';

/** Judges by the grants as they are when it is asked; `file`: where the operator would add one. */
export function createGrantPolicy(file: string, readGrants: () => Promise<readonly Grant[]>): GrantPolicy {
  return {
    async authorize(asked, asker) {
      if (asksForNothing(asked)) return asked;
      const resolved = resolvePrivileges(asked);
      const missing = uncovered(resolved, asker, await readGrants());
      if (asksForNothing(missing)) return resolved;
      throw new ConfigError({
        code: 'grant.refused',
        message: `${asker.step} of ${asker.pipeline} asks for what the operator has not granted: ${privilegeNames(missing).join(', ')}`,
        hint: `The operator would add to ${file}:\n${grantLines(missing, asker)}`,
        details: { missing: privilegeNames(missing) },
      });
    },
  };
}
