import { row } from './row.ts';

export const secretCodes = {
  'secret.too_short': row(400, 2, 'A secret under 4 characters is refused: it could not be masked.'),
  'secret.too_long': row(400, 2, 'A secret over 65,536 characters is refused.'),
  'secret.short': row(400, 2, 'A secret under 8 characters is masked wherever it appears by chance (warning).'),
  'secret.common_word': row(
    400,
    2,
    'A secret is a common word, easily guessed and masked wherever the word appears (warning).',
  ),
  'secret.not_found': row(404, 2, 'A project has no secret of that name.'),
  'secret.name_refused': row(400, 2, 'The name of a secret is not of an allowed shape.'),
  'secret.key_missing': row(500, 2, 'The key that opens the secrets is not there.'),
  'secret.key_unreadable': row(500, 2, 'The file of a key of the secrets cannot be read, or holds none.'),
  'secret.damaged': row(500, 2, 'A secret, or its key, is not what was written.'),
  'secret.rotation_busy': row(409, 1, 'Another process replaces the key of the secrets.'),
} as const;
