import { checkGitRef, CicdError, parseGitAddress, type Problem } from '@cicd/plugin';
import type { GitCloneConfig } from './git-clone-config.ts';

const hasTemplate = (text: string) => text.includes('{{');

/** What is wrong with a configuration as it is written. */
export function checkGitClone({ repository, ref, lfs }: GitCloneConfig): readonly Problem[] {
  return [
    ...problemOf('repository', repository, parseGitAddress),
    ...problemOf('ref', ref, checkGitRef),
    ...(lfs
      ? [
          {
            code: 'step.config_invalid' as const,
            severity: 'error' as const,
            message: '`lfs: true` is not available in this version',
            hint: 'Remove it; what is in LFS stays a pointer. A command of a later step can fetch it.',
            path: 'lfs',
          },
        ]
      : []),
  ];
}

function problemOf(path: string, text: string | undefined, read: (text: string) => unknown): readonly Problem[] {
  if (text === undefined || hasTemplate(text)) return [];
  try {
    read(text);
    return [];
  } catch (error) {
    if (!CicdError.isInstance(error)) throw error;
    const { code, message, hint } = error;
    return [{ code, severity: 'error', message, path, ...(hint !== undefined && { hint }) }];
  }
}
