import { closest, distance } from 'fastest-levenshtein';

/** The known word that somebody most likely meant; undefined when none is near. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || word.length > 100) return undefined;
  const plain = (text: string) => text.toLowerCase().replace(/[-_]/g, '');
  const sameLetters = known.find((candidate) => plain(candidate) === plain(word));
  if (sameLetters !== undefined) return sameLetters;
  const nearest = closest(word, known);
  return distance(word, nearest) <= Math.max(1, Math.floor(Math.max(word.length, nearest.length) / 3))
    ? nearest
    : undefined;
}

/** `, did you mean \`commands\`?`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const meant = suggest(word, known);
  return meant === undefined ? '' : `, did you mean \`${meant}\`?`;
}
