import { realpathSync, statSync, type Stats } from 'node:fs';
import { ConfigError } from '@cicd/plugin';

/** Where a path of the host leads in the end, through every link, and what lies there. Errors: `grant.invalid`. */
export function resolveHostPath(written: string): { readonly real: string; readonly stats: Stats } {
  try {
    const real = realpathSync.native(written);
    return { real, stats: statSync(real) };
  } catch (cause) {
    throw new ConfigError({
      code: 'grant.invalid',
      message: `the path ${JSON.stringify(written)} leads to nothing that can be found on the host`,
      hint: 'Look for a spelling mistake; what is mounted must be there before the step begins.',
      cause,
    });
  }
}

/** The same for what an operator has written down: what is not there grants nothing. */
export function resolvedGrant(written: string): string | undefined {
  try {
    return realpathSync.native(written);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw error;
  }
}
