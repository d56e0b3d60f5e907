import { distance } from 'fastest-levenshtein';

/** The name that was probably meant, or undefined when nothing is near. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const apart = distance(name.toLowerCase(), candidate.toLowerCase());
    if (apart < bestDistance) [best, bestDistance] = [candidate, apart];
  }
  return best;
}

/** "Did you mean …?" where something is near, else what there is. */
export function suggestion(
  name: string,
  names: Iterable<string>,
  show: (name: string) => string,
  otherwise: string,
): string {
  const all = [...names];
  const near = nearest(name, all);
  if (near !== undefined) return `Did you mean \`${show(near)}\`?`;
  const shown = all.slice(0, 12).map((each) => `\`${each}\``);
  return all.length === 0 ? otherwise : `There is ${shown.join(', ')}${all.length > shown.length ? ', …' : ''}.`;
}
