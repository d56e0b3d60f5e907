import { CicdError, type Json, type JsonObject } from '@cicd/plugin';
import { expandMatrix, maximumCombinations, type MatrixDefinition } from '../definition/index.ts';
import { hasTemplate, resolveTemplate, type ExpressionValues } from '../expression/index.ts';
import type { PlanStep } from './plan.ts';

type ResolvedMatrix =
  { readonly matrix: NonNullable<PlanStep['matrix']> } | { readonly problem: string; readonly hint: string };

/** Expands a matrix whose values may be templates over inputs. */
export function resolveMatrix(definition: MatrixDefinition, inputs: JsonObject, place: string): ResolvedMatrix {
  // Nothing of the run is known yet: the check allows only inputs here, and anything else fails as missing.
  const values: ExpressionValues = {
    inputs,
    steps: {},
    env: {},
    secrets: {},
    run: {} as ExpressionValues['run'],
    place,
  };
  const resolve = (value: Json): Json =>
    typeof value === 'string' && hasTemplate(value) ? resolveTemplate(value, values) : value;
  const resolveEntry = (entry: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, resolve(value)]));
  try {
    const axes: Record<string, readonly Json[]> = {};
    for (const [name, written] of Object.entries(definition.axes)) {
      const axis = typeof written === 'string' ? resolve(written) : written;
      if (!Array.isArray(axis)) return { problem: `\`${name}\` is no list`, hint: 'Give the input a list.' };
      // A value that came out of a template is never evaluated again.
      axes[name] = typeof written === 'string' ? axis : axis.map((value: Json) => resolve(value));
    }
    const combinations = expandMatrix(axes, definition.include.map(resolveEntry), definition.exclude.map(resolveEntry));
    if (combinations === undefined)
      return { problem: `there are more than ${maximumCombinations} combinations`, hint: 'Shorten an axis.' };
    if (combinations.length === 0)
      return { problem: 'there is no combination', hint: 'Give each axis at least one value.' };
    return {
      matrix: {
        combinations,
        ...(definition.maxParallel === undefined ? {} : { maxParallel: definition.maxParallel }),
      },
    };
  } catch (error) {
    if (!CicdError.isInstance(error)) throw error;
    return { problem: error.message, hint: error.hint ?? 'Only inputs can be read in a matrix.' };
  }
}
