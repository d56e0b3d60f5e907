import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { Plan } from './plan.ts';

/** SHA-256, hexadecimal, over what a plan does: not over its file, nor where in it things stand. */
export function digestPlan(plan: Omit<Plan, 'digest'>): string {
  const { file: _file, steps, compensation, ...rest } = plan;
  const withoutPlaces = (list: Plan['steps']) => list.map(({ places: _places, ...step }) => step);
  return digestOf({ ...rest, steps: withoutPlaces(steps), compensation: withoutPlaces(compensation) });
}

/** SHA-256, hexadecimal, of data: equal data has an equal digest. */
export const digestOf = (value: object): string => createHash('sha256').update(canonicalJson(value)).digest('hex');
