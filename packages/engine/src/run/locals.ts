import type { JsonObject } from '@cicd/plugin';
import { resultsOf } from './flow-outcome.ts';
import type { Unit } from './run-index.ts';
import type { Scope } from './scope.ts';

/** The names that a loop gives to the expressions of one of its turns: `item` and `index`, or `index` and `last`. */
export function localsOf({ parent, turn }: Scope): JsonObject {
  const { flow } = parent?.group.step ?? {};
  const entry = parent?.inside?.entry;
  if (parent === undefined || turn === undefined) return {};
  if (flow?.kind === 'foreach' && entry?.kind === 'foreach') {
    return { [flow.as]: entry.items[turn] ?? null, index: turn };
  }
  return flow?.kind === 'while' ? localsOfTurn(parent, turn) : {};
}

/** What a `while` knows before a turn: how many there were, and what the last of them came to. */
export function localsOfTurn({ inside }: Unit, turn: number): JsonObject {
  const last = inside?.scopes[turn - 1];
  return { index: turn, last: last ? resultsOf(last) : {} };
}
