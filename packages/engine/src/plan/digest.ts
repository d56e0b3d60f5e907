import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { Plan } from './plan.ts';

/** SHA-256, hexadecimal, over what a plan does: not over its file, nor where in it things stand. */
export function digestPlan(plan: Omit<Plan, 'digest'>): string {
  const { file: _file, steps, compensation, ...rest } = plan;
  const withoutPlaces = (list: Plan['steps']) => list.map(({ places: _places, ...step }) => step);
  const text = canonicalJson({ ...rest, steps: withoutPlaces(steps), compensation: withoutPlaces(compensation) });
  return createHash('sha256').update(text).digest('hex');
}
