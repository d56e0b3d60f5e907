import type { Problem } from '@cicd/plugin';
import { characters, shortestSecret } from './secret-forms.ts';

/** Shorter values appear in ordinary output by chance. */
const comfortableSecret = 8;
/** Every form of a value is kept in memory while a step runs. */
const longestSecret = 65_536;

const commonWords = new Set(
  `access admin administrator anonymous branch changeme container database debug default deploy deployment
  development disabled docker enabled error example false github gitlab guest hello info latest linux localhost main
  master node none null password passwort pipeline postgres private production public release root secret server
  service staging string success test testing token true undefined user username version warning welcome workspace`.split(
    /\s+/,
  ),
);

/**
 * What is wrong with a value as a secret. Errors, with which it must be refused: `secret.too_short`,
 * `secret.too_long`. Warnings: `secret.short`, `secret.common_word`. The value itself is in no message.
 */
export function checkSecret(name: string, value: string): Problem[] {
  const length = characters(value.trim());
  if (length < shortestSecret) {
    return [
      problem(
        'secret.too_short',
        'error',
        `The secret ${name} has fewer than ${shortestSecret} characters and could not be masked in logs.`,
        longer,
      ),
    ];
  }
  if (value.length > longestSecret) {
    return [
      problem(
        'secret.too_long',
        'error',
        `The secret ${name} has more than ${longestSecret} characters.`,
        'Store large data elsewhere and keep only its key as a secret.',
      ),
    ];
  }
  const warnings: Problem[] = [];
  if (length < comfortableSecret) {
    warnings.push(
      problem(
        'secret.short',
        'warning',
        `The secret ${name} has fewer than ${comfortableSecret} characters: text that happens to contain it is masked too.`,
        longer,
      ),
    );
  }
  if (commonWords.has(value.trim().toLowerCase())) {
    warnings.push(
      problem(
        'secret.common_word',
        'warning',
        `The secret ${name} is a common word: it is masked wherever the word appears, and easily guessed.`,
        longer,
      ),
    );
  }
  return warnings;
}

const longer = 'Use a long random value, for example from `openssl rand -hex 24`.';

function problem(code: string, severity: Problem['severity'], message: string, hint: string): Problem {
  return { code, severity, message, hint };
}
