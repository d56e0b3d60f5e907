import { ConfigError } from '@cicd/plugin';
import type { Plan } from '../plan/plan.ts';

/**
 * The steps that `only` and `from` choose: the former by name, the latter with everything that follows them.
 * Undefined when neither is given. Errors: `run.step_unknown`.
 */
export function selectSteps(
  plan: Plan,
  only: readonly string[] = [],
  from: readonly string[] = [],
): readonly string[] | undefined {
  if (only.length === 0 && from.length === 0) return undefined;
  const dependents = new Map<string, string[]>(plan.steps.map((step) => [step.name, []]));
  for (const name of [...only, ...from]) {
    if (dependents.has(name)) continue;
    throw new ConfigError({
      code: 'run.step_unknown',
      message: `the pipeline ${plan.pipeline} has no step named "${name}"`,
      hint: `Its steps are ${plan.steps.map((step) => step.name).join(', ')}.`,
    });
  }
  for (const step of plan.steps) for (const need of step.needs) dependents.get(need)?.push(step.name);
  const chosen = new Set(from);
  for (const name of chosen) for (const dependent of dependents.get(name) ?? []) chosen.add(dependent);
  for (const name of only) chosen.add(name);
  return plan.steps.map((step) => step.name).filter((name) => chosen.has(name));
}
