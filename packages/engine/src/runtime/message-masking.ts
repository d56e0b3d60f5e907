import { ConfigError } from '@cicd/plugin';
import { createMasker } from '../masking/create-masker.ts';
import type { Masker } from '../masking/masker.ts';
import type { Vote } from '../run/approval.ts';
import type { RunMessage } from '../run/messages.ts';

/** A vote as it may be kept: its comment is all of it that a person has written. */
export const maskedVote = ({ comment, ...vote }: Vote, masker: Masker): Vote => ({
  ...vote,
  ...(comment !== undefined && { comment: masker.text(comment) }),
});

/**
 * A message as it may be kept. `needed`: the names of the run's secrets; `given`: their values.
 * Errors: `approval.comment_not_maskable`.
 */
export function withoutSecrets(
  message: RunMessage,
  needed: readonly string[],
  given: Readonly<Record<string, string>>,
): RunMessage {
  if (message.type !== 'vote' || message.vote.comment === undefined || needed.length === 0) return message;
  const missing = needed.filter((name) => !Object.hasOwn(given, name));
  if (missing.length > 0) throw notMaskable(missing);
  return { ...message, vote: maskedVote(message.vote, createMasker(needed.map((name) => given[name] ?? ''))) };
}

const notMaskable = (missing: readonly string[]) =>
  new ConfigError({
    code: 'approval.comment_not_maskable',
    message: `the comment might hold a secret of the run: ${missing.join(', ')}`,
    hint: 'Give the values of these secrets, so that the comment is kept without them; or leave the comment out.',
    details: { names: missing },
  });
