import { closest, distance } from 'fastest-levenshtein';

/** The known word that somebody most likely meant; undefined when none is near. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || word.length > 100) return undefined;
  const plain = (text: string) => text.toLowerCase().replace(/[-_]/g, '');
  const almost = known.find(
    (candidate) => plain(candidate) === plain(word) || isSwapped(plain(candidate), plain(word)),
  );
  if (almost !== undefined) return almost;
  const nearest = closest(word, known);
  return distance(word, nearest) <= Math.max(1, Math.floor(Math.max(word.length, nearest.length) / 3))
    ? nearest
    : undefined;
}

/** Whether two neighbouring letters stand in the wrong order and all others are right. */
function isSwapped(word: string, other: string): boolean {
  let at = 0;
  while (at < word.length && word[at] === other[at]) at += 1;
  return word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2) === other;
}

/** `, did you mean \`commands\`?`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const meant = suggest(word, known);
  return meant === undefined ? '' : `, did you mean \`${meant}\`?`;
}
