import type { Part } from './part.ts';

/**
 * The parts called by `names` (all when none is named) with everything they need, each after its needs.
 * Throws on a name that does not exist.
 */
export function inOrder(all: readonly Part[], names: readonly string[]): Part[] {
  const ordered = new Set<Part>();
  const add = (part: Part): void => {
    part.needs.forEach(add);
    ordered.add(part);
  };
  const chosen = names.length === 0 ? all : names.map((name) => named(all, name));
  chosen.forEach(add);
  return [...ordered];
}

/**
 * The parts to take down for `names` (all when none is named): they and every part that stands on them,
 * each before what it needs.
 */
export function inReverse(all: readonly Part[], names: readonly string[]): Part[] {
  const roots = new Set(names.length === 0 ? all : names.map((name) => named(all, name)));
  const standsOnRoot = (part: Part): boolean => roots.has(part) || part.needs.some(standsOnRoot);
  return inOrder(all, []).filter(standsOnRoot).toReversed();
}

function named(all: readonly Part[], name: string): Part {
  const part = all.find((candidate) => candidate.name === name);
  if (part !== undefined) return part;
  throw new Error(`There is no part "${name}". Parts: ${all.map((each) => each.name).join(', ')}.`);
}
