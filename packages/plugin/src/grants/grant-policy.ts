import { ConfigError } from '../errors/config-error.ts';
import { asksForNothing, privilegeNames, type Privileges } from './privileges.ts';

/** Who asks for privileges. */
export interface PrivilegeAsker {
  /** The run's project. */
  readonly project: string;
  readonly pipeline: string;
  /** The step's key. */
  readonly step: string;
}

/** What the operator grants. Asked anew for every container, so that what was taken back is not had any more. */
export interface GrantPolicy {
  /**
   * Resolves paths, then judges. Returns what the container gets: the same, with every path of the host resolved.
   * Errors: `grant.refused`, whose hint shows what the operator would add; `grant.invalid`; `command.settings_invalid`.
   */
  authorize(asked: Privileges, asker: PrivilegeAsker): Promise<Privileges>;
}

/** Where there is no operator. Errors: `grant.refused`. */
export const grantsNothing: GrantPolicy = {
  async authorize(asked, { pipeline, step }) {
    if (asksForNothing(asked)) return asked;
    throw new ConfigError({
      code: 'grant.refused',
      message: `${step} of ${pipeline} asks for ${privilegeNames(asked).join(', ')}, and nobody grants anything here`,
      hint: 'Remove `privileges` from the step.',
    });
  },
};
