import type { JsonObject } from '@cicd/plugin';
import { underscored } from '../cel/dashed-name.ts';
import { celNameOfGo } from '../cel/go-template.ts';
import { isRunFunction } from '../cel/functions.ts';
import type { NamePath } from '../cel/name-path.ts';
import { isReservedName, rootNames, typeNames } from '../cel/reserved-names.ts';
import { foreignBraces } from '../problem.ts';
import type { StaticScope } from '../scope.ts';
import {
  ambiguous,
  anyMap,
  findKey,
  follow,
  resolveMember,
  type NameMeaning,
  type PathNames,
  problem,
  text,
  whole,
} from './name-meaning.ts';
import { findStep, levelsOf, resolveStep, stepNames } from './static-step.ts';
import { suggestion } from './suggestion.ts';

const runFields: Readonly<Record<string, JsonObject>> = {
  id: text,
  pipeline: text,
  attempt: whole,
  trigger: anyMap,
  previous_id: text,
  started_at: text,
  source: anyMap,
};

/** Finds what a path means. `isDotted`: it began with a dot, so its first name may be an input. */
export function resolvePath({ root, segments }: NamePath, isDotted: boolean, scope: StaticScope): NameMeaning {
  const names = segments.map((segment) => segment.name);
  if (scope.locals?.has(root) === true) return resolveMember(scope.locals.get(root), names, root, 0);
  if ((rootNames as readonly string[]).includes(root)) return resolveRoot(root, names, 1, scope);
  if ((typeNames as readonly string[]).includes(root)) return resolveTypeName(root, names, scope);
  if (isDotted) return resolveDotted(root, names, scope);
  const input = findKey(scope.inputs, root);
  if (input.found !== undefined)
    return problem(
      'expression.unknown_name',
      `\`${root}\` is an input and needs its root.`,
      `Write \`inputs.${root}\` or \`.${root}\`.`,
      0,
    );
  return resolveStepName(root, names, scope);
}

function resolveRoot(root: string, names: PathNames, depth: number, scope: StaticScope): NameMeaning {
  const [name, ...rest] = names;
  switch (root) {
    case 'inputs':
      return names.length === 0 ? { schema: anyMap } : name === undefined ? {} : resolveInput(name, rest, depth, scope);
    case 'steps':
      if (name === undefined)
        return {
          schema: names.length === 0 ? anyMap : undefined,
          steps: [...levelsOf(scope)].flatMap(({ steps }) => [...steps.keys()]),
        };
      return resolveStep(name, rest, depth, scope);
    case 'matrix':
      return resolveMatrix(names, depth, scope);
    case 'run':
      return names.length === 0 ? { schema: anyMap } : resolveRunField(name, rest, depth);
    case 'env':
      return resolveEnv(names, depth, scope);
    case 'secrets':
      return resolveSecret(names, depth, scope);
    default:
      return {};
  }
}

function resolveInput(name: string, rest: PathNames, depth: number, scope: StaticScope): NameMeaning {
  const key = findKey(scope.inputs, name);
  if (key.twins !== undefined) return ambiguous(key.twins, depth);
  if (key.found !== undefined) return { schema: follow(scope.inputs.get(key.found), rest) };
  return unknownInput(name, depth, scope);
}

function unknownInput(name: string, depth: number, scope: StaticScope, more = ''): NameMeaning {
  const near = suggestion(name, scope.inputs.keys(), (found) => `inputs.${underscored(found)}`, '');
  const start = near.startsWith('Did') ? `${near} Or declare it:` : 'Declare it:';
  const hint = `${start}\ninputs:\n  ${name}: { type: string }${more}`;
  return problem('expression.unknown_input', `The pipeline declares no input \`${name}\`.`, hint, depth);
}

function resolveMatrix([name]: PathNames, depth: number, scope: StaticScope): NameMeaning {
  if (scope.matrix === undefined)
    return problem(
      'expression.unknown_name',
      'This step has no matrix.',
      'Give the step a `matrix:`, or use `inputs`.',
      depth - 1,
    );
  if (name === undefined) return {};
  const key = findKey(scope.matrix, name);
  if (key.twins !== undefined) return ambiguous(key.twins, depth);
  if (key.found !== undefined) return {};
  const hint = suggestion(name, scope.matrix, (found) => `matrix.${underscored(found)}`, '');
  return problem('expression.unknown_name', `The matrix of this step has no key \`${name}\`.`, hint, depth);
}

function resolveRunField(name: string | undefined, rest: PathNames, depth: number): NameMeaning {
  if (name === undefined) return {};
  if (Object.hasOwn(runFields, name)) return { schema: follow(runFields[name], rest) };
  const hint = suggestion(name, Object.keys(runFields), (found) => `run.${found}`, '');
  return problem('expression.unknown_name', `\`run\` has no \`${name}\`.`, hint, depth);
}

/** `env` and `secrets` are collected before a run: their names must be written out. */
function resolveListed(root: string, names: PathNames, depth: number, meaning: NameMeaning): NameMeaning {
  if (names[0] !== undefined) return { schema: text, ...meaning };
  const example = `Write \`${root}.NAME\`.`;
  return problem(
    'expression.dynamic_name',
    `A name of \`${root}\` must be written out.`,
    example,
    names.length === 0 ? depth - 1 : depth,
  );
}

function resolveEnv(names: PathNames, depth: number, scope: StaticScope): NameMeaning {
  if (scope.isRecorded !== true) return resolveListed('env', names, depth, { env: names[0] ?? '' });
  return problem(
    'expression.not_recorded',
    'A condition of a gate reads only what the run records, and `env` is not.',
    'Declare an input and read `inputs.NAME`, or make the value an output of a step.',
    depth - 1,
  );
}

function resolveSecret(names: PathNames, depth: number, scope: StaticScope): NameMeaning {
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

function resolveDotted(root: string, names: PathNames, scope: StaticScope): NameMeaning {
  const input = findKey(scope.inputs, root);
  if (input.twins !== undefined) return ambiguous(input.twins, 0);
  if (input.found !== undefined) return { schema: follow(scope.inputs.get(input.found), names) };
  if (root === 'Env') return resolveEnv(names, 1, scope);
  if (root === 'ExecutionID' || root === 'PreviousExecutionID') return { schema: follow(text, names) };
  if (findStep(scope, root)?.found !== undefined) return resolveStep(root, names, 0, scope);
  return unknownInput(root, 0, scope, `\n${foreignBraces}`);
}

function resolveStepName(root: string, names: PathNames, scope: StaticScope): NameMeaning {
  if (findStep(scope, root) !== undefined) return resolveStep(root, names, 0, scope);
  const call = isRunFunction(root) ? `${root}()` : celNameOfGo(root);
  const steps = stepNames(scope)
    .map(underscored)
    .filter((name) => !isReservedName(name));
  const inputs = [...scope.inputs.keys()].map((name) => `inputs.${underscored(name)}`);
  const locals = [...(scope.locals?.keys() ?? [])];
  const hint = suggestion(root, [...locals, ...rootNames, ...steps, ...inputs], (found) => found, '');
  return problem(
    'expression.unknown_name',
    `There is no name \`${root}\` here.`,
    call === undefined ? hint : `Write \`${call}\`.`,
    0,
  );
}

function resolveTypeName(root: string, names: PathNames, scope: StaticScope): NameMeaning {
  if (names.length === 0) return {};
  const step = findStep(scope, root)?.found;
  const hint = step === undefined ? undefined : `Write \`steps.${root}\`.`;
  return problem('expression.unknown_name', `\`${root}\` is a type of CEL and has no members.`, hint, 0);
}
