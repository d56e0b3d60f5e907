import { directoriesOf } from '../directories.ts';
import type { PartFacts, PartName } from '../part-list.ts';
import { readState } from '../state.ts';
import { lackingSentence, partsOf } from './parts-of.ts';

/** The facts of a part, from what `up` wrote down. Throws when the part is missing. */
export function requirePart<Name extends PartName>(name: Name): PartFacts[Name] {
  const parts = partsOf(readState(directoriesOf(process.env)), [name]);
  if (!parts.ready) throw new Error(`This test ${lackingSentence(parts.lacks)}.`);
  return parts.facts[name] as PartFacts[Name];
}
