import { digestStep, digestSurroundings } from './digest.ts';
import type { Plan } from './plan.ts';

/** Names of the steps that a plan has and another has not, or not just so: all of them when their surroundings differ. */
export function changedSteps(before: Plan, now: Plan): ReadonlySet<string> {
  if (digestSurroundings(before) !== digestSurroundings(now)) return new Set(now.steps.map(({ name }) => name));
  const known = new Map(before.steps.map((step) => [step.name, digestStep(step)]));
  return new Set(now.steps.filter((step) => known.get(step.name) !== digestStep(step)).map(({ name }) => name));
}
