import type { State } from '../state.ts';
import type { LackingPart } from './missing-suites.ts';

/** What a suite gets: the facts of all its parts, or the parts that it lacks. */
export type PartsOf =
  | { readonly ready: true; readonly facts: Readonly<Record<string, object>> }
  | { readonly ready: false; readonly lacks: readonly LackingPart[] };

/** Looks up the parts that a suite needs in what `up` wrote down. */
export function partsOf(state: State, names: readonly string[]): PartsOf {
  const facts: Record<string, object> = {};
  const lacks: LackingPart[] = [];
  for (const part of names) {
    const record = state.parts[part];
    if (record?.status === 'ready') facts[part] = record.facts;
    else lacks.push({ part, reason: record?.reason ?? 'it is not up; run: node testbed/src/main.ts up' });
  }
  return lacks.length === 0 ? { ready: true, facts } : { ready: false, lacks };
}

/** One sentence for a test's name or its failure. */
export function lackingSentence(lacks: readonly LackingPart[]): string {
  return `needs ${lacks.map(({ part, reason }) => `${part} (${reason})`).join(' and ')}`;
}
