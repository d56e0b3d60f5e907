import type { JsonObject } from '@cicd/plugin';
import { underscored } from '../cel/dashed-name.ts';
import { celNameOfGo } from '../cel/go-template.ts';
import type { NamePath } from '../cel/name-path.ts';
import { isReservedName, rootNames, typeNames } from '../cel/reserved-names.ts';
import { type ExpressionCode } from '../problem.ts';
import type { StaticScope, StaticStep } from '../scope.ts';
import { suggestion } from './suggestion.ts';
import { memberSchema } from './static-type.ts';

/** What is wrong with a name; `depth` counts the segments that the problem covers. */
export interface NameProblem {
  readonly code: ExpressionCode;
  readonly message: string;
  readonly hint?: string;
  readonly depth: number;
}

/** What a path leads to before anything runs. */
export interface NameMeaning {
  readonly schema?: JsonObject | undefined;
  readonly problem?: NameProblem;
  readonly secret?: string;
  readonly env?: string;
  readonly steps?: readonly string[];
}

const text: JsonObject = { type: 'string' };
const whole: JsonObject = { type: 'integer' };
const truth: JsonObject = { type: 'boolean' };
const anyMap: JsonObject = { type: 'object' };

const stepFields: Readonly<Record<string, JsonObject>> = {
  status: text, passed: truth, started_at: text, duration_ms: whole, attempts: whole,
};
const matrixFields: Readonly<Record<string, JsonObject>> = {
  status: text,
  passed: truth,
  matrix: {
    type: 'array',
    items: { type: 'object', properties: { values: anyMap, status: text, passed: truth, outputs: anyMap } },
  },
};
const runFields: Readonly<Record<string, JsonObject>> = {
  id: text, pipeline: text, attempt: whole, trigger: anyMap, previous_id: text, started_at: text, source: anyMap,
};

/** Finds what a path means. `isDotted`: it began with a dot, so its first name may be an input. */
export function resolvePath({ root, segments }: NamePath, isDotted: boolean, scope: StaticScope): NameMeaning {
  const names = segments.map((segment) => segment.name);
  if ((rootNames as readonly string[]).includes(root)) return resolveRoot(root, names, 1, scope);
  if ((typeNames as readonly string[]).includes(root)) return resolveTypeName(root, names, scope);
  if (isDotted) return resolveDotted(root, names, scope);
  const input = findKey(scope.inputs.keys(), root);
  if (input.found !== undefined)
    return problem('expression.unknown_name', `\`${root}\` is an input and needs its root.`, `Write \`inputs.${root}\` or \`.${root}\`.`, 0);
  return resolveStepName(root, names, scope);
}

function resolveRoot(root: string, names: readonly (string | undefined)[], depth: number, scope: StaticScope): NameMeaning {
  const [name, ...rest] = names;
  switch (root) {
    case 'inputs':
      return names.length === 0 ? { schema: anyMap } : name === undefined ? {} : resolveInput(name, rest, depth, scope);
    case 'steps':
      if (name === undefined) return { schema: names.length === 0 ? anyMap : undefined, steps: [...scope.steps.keys()] };
      return resolveStep(name, rest, depth, scope);
    case 'matrix':
      return resolveMatrix(names, depth, scope);
    case 'run':
      return names.length === 0 ? { schema: anyMap } : resolveField(name, rest, depth, runFields, 'run', 'expression.unknown_name');
    case 'env':
      return resolveListed('env', names, depth, { env: name ?? '' });
    case 'secrets':
      return resolveSecret(names, depth, scope);
    default:
      return {};
  }
}

function resolveInput(name: string, rest: readonly (string | undefined)[], depth: number, scope: StaticScope): NameMeaning {
  const key = findKey(scope.inputs.keys(), name);
  if (key.twins !== undefined) return ambiguous(key.twins, depth);
  if (key.found !== undefined) return { schema: follow(scope.inputs.get(key.found), rest) };
  return unknownInput(name, depth, scope);
}

function unknownInput(name: string, depth: number, scope: StaticScope): NameMeaning {
  const near = suggestion(name, scope.inputs.keys(), (found) => `inputs.${underscored(found)}`, '');
  const block = `Declare it:\ninputs:\n  ${name}: { type: string }`;
  const hint = near.startsWith('Did') ? `${near} Or declare it:\n${block.slice(block.indexOf('\n') + 1)}` : block;
  return problem('expression.unknown_input', `The pipeline declares no input \`${name}\`.`, hint, depth);
}

function resolveStep(name: string, rest: readonly (string | undefined)[], depth: number, scope: StaticScope): NameMeaning {
  const upstream = findKey(scope.steps.keys(), name);
  const all = findKey(scope.allSteps, name);
  if (all.twins !== undefined) return ambiguous(all.twins, depth);
  const step = upstream.found === undefined ? undefined : scope.steps.get(upstream.found);
  if (upstream.found !== undefined && step !== undefined) return resolveResult(upstream.found, step, rest, depth);
  if (all.found !== undefined)
    return problem(
      'expression.step_not_upstream',
      `The step \`${all.found}\` does not end before this one starts.`,
      `Add \`${all.found}\` to this step's \`needs:\`.`,
      depth,
    );
  const hint = suggestion(name, scope.allSteps, (found) => `steps.${underscored(found)}`, 'The pipeline has no other steps.');
  return problem('expression.unknown_step', `The pipeline has no step \`${name}\`.`, hint, depth);
}

function resolveResult(name: string, step: StaticStep, rest: readonly (string | undefined)[], depth: number): NameMeaning {
  const steps = [name];
  const [field, ...members] = rest;
  if (rest.length === 0) return { schema: anyMap, steps };
  if (field === undefined) return { steps };
  const fields = step.isMatrix ? matrixFields : stepFields;
  if (Object.hasOwn(fields, field)) return { schema: follow(fields[field], members), steps };
  if (step.isMatrix) return { steps, ...matrixOutput(name, field, depth + 1) };
  const output = findKey(step.outputs.keys(), field);
  if (output.twins !== undefined) return { steps, ...ambiguous(output.twins, depth + 1) };
  if (output.found !== undefined) return { schema: follow(step.outputs.get(output.found), members), steps };
  const path = `steps.${underscored(name)}`;
  const known = [...step.outputs.keys(), ...Object.keys(fields)];
  const hint = suggestion(field, known, (found) => `${path}.${underscored(found)}`, '');
  return { steps, ...problem('expression.unknown_output', `The step \`${name}\` has no output \`${field}\`.`, hint, depth + 1) };
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

function resolveMatrix([name, ...rest]: readonly (string | undefined)[], depth: number, scope: StaticScope): NameMeaning {
  if (scope.matrix === undefined)
    return problem('expression.unknown_name', 'This step has no matrix.', 'Give the step a `matrix:`, or use `inputs`.', depth - 1);
  if (name === undefined) return {};
  const key = findKey(scope.matrix, name);
  if (key.twins !== undefined) return ambiguous(key.twins, depth);
  if (key.found !== undefined) return {};
  const hint = suggestion(name, scope.matrix, (found) => `matrix.${underscored(found)}`, '');
  return problem('expression.unknown_name', `The matrix of this step has no key \`${name}\`.`, hint, depth + rest.length * 0);
}

function resolveField(
  name: string | undefined, rest: readonly (string | undefined)[], depth: number,
  fields: Readonly<Record<string, JsonObject>>, root: string, code: ExpressionCode,
): NameMeaning {
  if (name === undefined) return {};
  if (Object.hasOwn(fields, name)) return { schema: follow(fields[name], rest) };
  const hint = suggestion(name, Object.keys(fields), (found) => `${root}.${found}`, '');
  return problem(code, `\`${root}\` has no \`${name}\`.`, hint, depth);
}

/** `env` and `secrets` are collected before a run: their names must be written out. */
function resolveListed(root: string, names: readonly (string | undefined)[], depth: number, meaning: NameMeaning): NameMeaning {
  if (names[0] !== undefined) return { schema: text, ...meaning };
  const example = `Write \`${root}.NAME\`.`;
  return problem('expression.dynamic_name', `A name of \`${root}\` must be written out.`, example, names.length === 0 ? depth - 1 : depth);
}

function resolveSecret(names: readonly (string | undefined)[], depth: number, scope: StaticScope): NameMeaning {
  const meaning = resolveListed('secrets', names, depth, { secret: names[0] ?? '' });
  if (scope.allowsSecrets || meaning.problem !== undefined) return meaning;
  return {
    ...meaning,
    ...problem(
      'expression.secret_not_allowed',
      'A secret here would be shown or stored.',
      `Put it under \`env:\` of the step, \`${names[0]}: '{{ secrets.${names[0]} }}'\`, and read the variable.`,
      depth,
    ),
  };
}

function resolveDotted(root: string, names: readonly (string | undefined)[], scope: StaticScope): NameMeaning {
  const input = findKey(scope.inputs.keys(), root);
  if (input.twins !== undefined) return ambiguous(input.twins, 0);
  if (input.found !== undefined) return { schema: follow(scope.inputs.get(input.found), names) };
  if (root === 'Env') return resolveListed('env', names, 1, { env: names[0] ?? '' });
  if (root === 'ExecutionID' || root === 'PreviousExecutionID') return { schema: follow(text, names) };
  if (findKey(scope.allSteps, root).found !== undefined) return resolveStep(root, names, 0, scope);
  return unknownInput(root, 0, scope);
}

function resolveStepName(root: string, names: readonly (string | undefined)[], scope: StaticScope): NameMeaning {
  const step = findKey(scope.allSteps, root);
  if (step.found !== undefined || step.twins !== undefined) return resolveStep(root, names, 0, scope);
  const go = celNameOfGo(root);
  const steps = [...scope.allSteps].map(underscored).filter((name) => !isReservedName(name));
  const inputs = [...scope.inputs.keys()].map((name) => `inputs.${underscored(name)}`);
  const hint = suggestion(root, [...rootNames, ...steps, ...inputs], (found) => found, '');
  return problem('expression.unknown_name', `There is no name \`${root}\` here.`, go === undefined ? hint : `Write \`${go}(…)\`.`, 0);
}

function resolveTypeName(root: string, names: readonly (string | undefined)[], scope: StaticScope): NameMeaning {
  if (names.length === 0) return {};
  const step = findKey(scope.allSteps, root).found;
  const hint = step === undefined ? undefined : `Write \`steps.${root}\`.`;
  return problem('expression.unknown_name', `\`${root}\` is a type of CEL and has no members.`, hint, 0);
}

function follow(schema: JsonObject | undefined, names: readonly (string | undefined)[]): JsonObject | undefined {
  return names.reduce<JsonObject | undefined>(memberSchema, schema);
}

function findKey(names: Iterable<string>, wanted: string): { found?: string; twins?: readonly string[] } {
  const same = [...names].filter((name) => underscored(name) === underscored(wanted));
  if (same.length > 1) return { twins: same };
  const [only] = same;
  return only === wanted || (only !== undefined && underscored(only) === wanted) ? { found: only } : {};
}

function ambiguous(twins: readonly string[], depth: number): NameMeaning {
  const shown = twins.map((name) => `\`${name}\``).join(' and ');
  return problem('expression.ambiguous_name', `${shown} read the same in an expression.`, 'Rename one of them.', depth);
}

function problem(code: ExpressionCode, message: string, hint: string | undefined, depth: number): NameMeaning {
  return { problem: { code, message, ...(hint === undefined || hint === '' ? {} : { hint }), depth } };
}
