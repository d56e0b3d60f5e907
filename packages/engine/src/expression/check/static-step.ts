import type { JsonObject } from '@cicd/plugin';
import { underscored } from '../cel/dashed-name.ts';
import type { StaticLevel, StaticScope, StaticStep } from '../scope.ts';
import {
  ambiguous,
  anyMap,
  findKey,
  follow,
  type NameMeaning,
  type PathNames,
  problem,
  resolveMember,
  text,
  truth,
  whole,
} from './name-meaning.ts';
import { suggestion } from './suggestion.ts';

const stepFields: Readonly<Record<string, JsonObject>> = {
  status: text,
  passed: truth,
  started_at: text,
  duration_ms: whole,
  attempts: whole,
};
const matrixFields: Readonly<Record<string, JsonObject>> = {
  status: text,
  passed: truth,
  matrix: {
    type: 'array',
    items: { type: 'object', properties: { values: anyMap, status: text, passed: truth, outputs: anyMap } },
  },
};

/** The steps of all the lists around an expression, the nearest first. */
export function* levelsOf(scope: StaticLevel): Generator<StaticLevel> {
  for (let level: StaticLevel | undefined = scope; level; level = level.around) yield level;
}

/** Where a step of this name stands. Looked up among all steps: that index is made once a list. */
export function findStep(
  scope: StaticLevel,
  name: string,
): { readonly level: StaticLevel; readonly found?: string; readonly twins?: readonly string[] } | undefined {
  for (const level of levelsOf(scope)) {
    const { found, twins } = findKey(level.allSteps, name);
    if (twins !== undefined) return { level, twins };
    if (found !== undefined) return { level, found };
  }
  return undefined;
}

export const stepNames = (scope: StaticLevel): string[] =>
  [...levelsOf(scope)].flatMap(({ allSteps }) => [...allSteps]);

/** What `steps.NAME…` means; `depth` counts the segments up to the name. */
export function resolveStep(name: string, rest: PathNames, depth: number, scope: StaticScope): NameMeaning {
  const place = findStep(scope, name);
  if (place?.twins !== undefined) return ambiguous(place.twins, depth);
  if (place?.found === undefined) {
    const hint = suggestion(
      name,
      stepNames(scope),
      (found) => `steps.${underscored(found)}`,
      'The pipeline has no other steps.',
    );
    return problem('expression.unknown_step', `The pipeline has no step \`${name}\`.`, hint, depth);
  }
  const { found, level } = place;
  const step = level.steps.get(found);
  if (step !== undefined) return resolveResult(found, step, rest, depth);
  if (scope.isBeforeSteps === true)
    return problem(
      'expression.step_not_upstream',
      'This is resolved before the first step starts.',
      'Use `inputs` here, or put it into the configuration of a step.',
      depth,
    );
  const isAround = level !== scope;
  return problem(
    'expression.step_not_upstream',
    `The step \`${found}\` does not end before ${isAround ? 'the step around this one' : 'this one'} starts.`,
    `Add \`${found}\` to ${isAround ? "that step's" : "this step's"} \`needs:\`.`,
    depth,
  );
}

function resolveResult(name: string, step: StaticStep, rest: PathNames, depth: number): NameMeaning {
  const steps = [name];
  const [field, ...members] = rest;
  if (rest.length === 0) return { schema: anyMap, steps };
  if (field === undefined) return { steps };
  const fields = step.isMatrix ? matrixFields : stepFields;
  if (Object.hasOwn(fields, field)) return { schema: follow(fields[field], members), steps };
  if (step.isMatrix) return { steps, ...matrixOutput(name, field, depth + 1) };
  const output = findKey(step.outputs, field);
  if (output.twins !== undefined) return { steps, ...ambiguous(output.twins, depth + 1) };
  const path = `steps.${underscored(name)}`;
  if (output.found !== undefined)
    return { steps, ...resolveMember(step.outputs.get(output.found), members, `${path}.${field}`, depth + 1) };
  const known = [...step.outputs.keys(), ...Object.keys(fields)];
  const hint = suggestion(field, known, (found) => `${path}.${underscored(found)}`, '');
  return {
    steps,
    ...problem('expression.unknown_output', `The step \`${name}\` has no output \`${field}\`.`, hint, depth + 1),
  };
}

function matrixOutput(name: string, field: string, depth: number): NameMeaning {
  const path = `steps.${underscored(name)}.matrix`;
  return problem(
    'expression.matrix_output',
    `\`${name}\` is a matrix: its members have outputs, the group has none.`,
    `Write \`${path}[0].outputs.${field}\` or \`${path}.map(member, member.outputs.${field})\`.`,
    depth,
  );
}
