import { StepFailure } from '../errors/step-failure.ts';

/** A whole commit id: SHA-1 or SHA-256. */
export const isCommitId = (text: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const forbidden = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|\.$|(?:^|\/)\.|\.lock(?:\/|$)|^@$/;

/**
 * Refuses what is no name of a ref (https://git-scm.com/docs/git-check-ref-format), and what begins like an option.
 * Errors: `git.ref_refused`.
 */
export function checkGitRef(ref: string): string {
  if (ref !== '' && ref.length <= 255 && !/^[-+]/.test(ref) && !forbidden.test(ref)) return ref;
  throw new StepFailure({
    code: 'git.ref_refused',
    message: `The ref ${JSON.stringify(ref.slice(0, 100))} is not a name that Git allows.`,
    hint: 'Write a branch, a tag, a whole name such as refs/pull/7/head, or a whole commit id.',
  });
}
