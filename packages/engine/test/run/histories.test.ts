import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Plan } from '../../src/plan/plan.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { replay } from '../../src/run/evolve.ts';

interface History {
  readonly plan: Plan;
  readonly events: readonly RunEvent[];
  readonly end: object;
}

const folder = join(import.meta.dirname, 'histories');

/** Histories as earlier versions stored them. They are never regenerated: a version that reads them otherwise is wrong. */
describe('a stored history', () => {
  it.each(readdirSync(folder))('%s still means what it meant', (file) => {
    const { plan, events, end } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as History;
    const state = replay(plan, events);
    expect({ ...state, steps: [...state.steps.values()] }).toMatchObject(end);
  });
});
