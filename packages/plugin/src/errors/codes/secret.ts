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
} as const;
