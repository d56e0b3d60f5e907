import { checkEnvironment } from './check-environment.ts';
import { isMap } from '../is-map.ts';
import type { Json, JsonObject } from '@cicd/plugin';
import type { StaticStep } from '../../expression/index.ts';
import { checkFlow, withoutStepsInside } from './check-flow.ts';
import type { Place, PlanCondition } from '../../plan/plan.ts';
import type { DocumentPath } from '../document-path.ts';
import { countCombinations, matrixKeys, readMatrix, type MatrixDefinition } from '../matrix.ts';
import { explain } from '../schema/explain.ts';
import { StepSchema, type WrittenStep } from '../schema/step-schema.ts';
import { validate } from '../schema/validate.ts';
import { didYouMean, suggest } from '../suggestion.ts';
import { checkConfig } from './check-config.ts';
import { checkConditionAt, checkTemplateAt } from './check-expression-text.ts';
import type { CheckedStep, StepSurroundings } from './checked-step.ts';
import type { PipelineCheck } from './pipeline-check.ts';

/** Checks the shape of a step; undefined when it is no map at all. */
export function checkStepShape(check: PipelineCheck, written: unknown, path: DocumentPath): WrittenStep | undefined {
  const findings = explain(validate(StepSchema, written), {
    value: written,
    path,
    acceptsTemplates: false,
    written: (at) => check.document.written(at),
  });
  for (const finding of findings) check.problems.report(finding);
  return typeof written === 'object' && written !== null && !Array.isArray(written)
    ? (written as WrittenStep)
    : undefined;
}

/** Checks everything of a step but its shape and its place in the graph. */
export function checkStep(
  check: PipelineCheck,
  written: WrittenStep,
  path: DocumentPath,
  surroundings: StepSurroundings,
): CheckedStep {
  const { problems, registry } = check;
  const type: unknown = written.type;
  const definition = typeof type === 'string' ? registry.find(type) : undefined;
  if (typeof type === 'string' && !definition) reportUnknownType(check, type, [...path, 'type']);
  checkEnvironment(written.environment, path, problems);
  if (written.if !== undefined && written.skip_if !== undefined) {
    problems.report({
      code: 'pipeline.condition_twice',
      path: [...path, 'skip_if'],
      at: 'key',
      message: 'a step has `if` or `skip_if`, not both',
      hint: 'Join them in `if` with && and !.',
    });
  }
  if (written.outputs !== undefined && definition && definition.declaresOutputs !== true) {
    problems.report({
      code: 'pipeline.outputs_refused',
      path: [...path, 'outputs'],
      at: 'key',
      message: `a step of type ${definition.type} takes no \`outputs\``,
      hint: outputsHint(definition.outputs),
    });
  }

  const matrix = isMap(written.matrix) ? readMatrix(written.matrix as JsonObject) : undefined;
  if (matrix) checkMatrix(check, matrix, [...path, 'matrix']);
  const scope = { ...surroundings, matrix: joined(surroundings.matrix, matrix && matrixKeys(matrix)) };
  const condition = checkStepCondition(check, written, path, scope);
  // A map that is none was reported with the shape.
  const writtenConfig = isMap(written.config) ? (written.config as JsonObject) : {};
  const { config, ...checked } = checkConfig(check, definition, writtenConfig, path, scope);
  const flow = checkFlow(check, definition, config, path, scope);
  const places = {
    ...checked.places,
    ...flow?.places,
    ...(condition ? placeOfCondition(check, written, path) : {}),
    ...(matrix ? { matrix: check.document.locate([...path, 'matrix']) } : {}),
  };
  const own = definition?.isStructured === true ? withoutStepsInside(definition, config) : config;
  return { ...checked, config: own, places, written, path, matrix, condition, flow };
}

const joined = (around: ReadonlySet<string> | undefined, own: ReadonlySet<string> | undefined) =>
  around && own ? new Set([...around, ...own]) : (own ?? around);

function reportUnknownType(check: PipelineCheck, type: string, path: DocumentPath): void {
  const types = check.registry.types();
  // Without what all of them begin with, which would make any two look alike.
  const bare = (name: string) => name.replace(/^step\./, '');
  const names = types.map(bare);
  const name = suggest(bare(type), names) ?? names.find((each) => each.startsWith(bare(type)));
  const meant = name === undefined ? undefined : `\`step.${name}\``;
  check.problems.report({
    code: 'step.unknown_type',
    path,
    message: `there is no step type \`${type}\`${meant === undefined ? '' : `, did you mean ${meant}?`}`,
    hint: meant === undefined ? `The types are ${types.join(', ')}.` : `Write ${meant}.`,
  });
}

function checkMatrix(check: PipelineCheck, matrix: MatrixDefinition, path: DocumentPath): void {
  const none = { steps: new Map<string, StaticStep>(), matrix: undefined, isBeforeSteps: true };
  const refuse = (at: DocumentPath, message: string, hint: string) =>
    check.problems.report({ code: 'pipeline.matrix_invalid', path: at, message, hint });
  const checkValue = (value: Json, at: DocumentPath) => {
    const findings = typeof value === 'string' ? checkTemplateAt(check, at, value, none, false) : undefined;
    if (findings && findings.env.length > 0)
      refuse(
        at,
        'a matrix is expanded before the run begins: only `inputs` can be read here',
        'Declare an input and use it.',
      );
    return findings?.type;
  };
  for (const [axis, values] of Object.entries(matrix.axes)) {
    if (typeof values !== 'string') values.forEach((value, index) => checkValue(value, [...path, axis, index]));
    else if (!['list', undefined].includes(checkValue(values, [...path, axis])))
      refuse(
        [...path, axis],
        `\`${axis}\` must be a list, and this template yields none`,
        'Use an input of type list, or put the template into a list.',
      );
  }
  const axes = Object.keys(matrix.axes);
  for (const key of ['include', 'exclude'] as const) {
    matrix[key].forEach((entry, index) =>
      Object.entries(entry).forEach(([name, value]) => {
        checkValue(value, [...path, key, index, name]);
        if (key === 'exclude' && !axes.includes(name))
          refuse(
            [...path, key, index, name],
            `\`${name}\` is no axis of this matrix${didYouMean(name, axes)}`,
            `The axes are ${axes.join(', ')}.`,
          );
      }),
    );
  }
  const count = countCombinations(matrix);
  if (count === Number.POSITIVE_INFINITY)
    refuse(
      path,
      'the matrix has more than 256 combinations',
      'Shorten an axis, or leave combinations out with `exclude`.',
    );
  else if (count === 0)
    refuse(path, 'the matrix has no combination', 'Give it an axis with values, or entries under `include`.');
}

function checkStepCondition(
  check: PipelineCheck,
  written: WrittenStep,
  path: DocumentPath,
  scope: Parameters<typeof checkConditionAt>[3],
): PlanCondition | undefined {
  const found: PlanCondition[] = [];
  for (const key of ['if', 'skip_if'] as const) {
    const condition: unknown = written[key];
    if (typeof condition === 'boolean')
      found.push({ expression: String(condition), negated: key === 'skip_if', usesStatus: false });
    if (typeof condition !== 'string') continue;
    const { usesStatus } = checkConditionAt(check, [...path, key], condition, scope);
    found.push({ expression: condition, negated: key === 'skip_if', usesStatus });
  }
  return found[0];
}

function placeOfCondition(
  check: PipelineCheck,
  written: WrittenStep,
  path: DocumentPath,
): Readonly<Record<string, Place>> {
  const key = written.if === undefined ? 'skip_if' : 'if';
  return { [key]: check.document.locate([...path, key]) };
}

function outputsHint(outputs: object): string {
  const names = Object.keys((outputs as { readonly properties?: object }).properties ?? {});
  return names.length === 0 ? 'Remove `outputs`.' : `Remove \`outputs\`; it always gives ${names.join(', ')}.`;
}
