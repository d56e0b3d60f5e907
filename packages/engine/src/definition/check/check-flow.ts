import type { AnyStepDefinition, JsonObject } from '@cicd/plugin';
import { hasTemplate } from '../../expression/index.ts';
import { typeNames, rootNames } from '../../expression/cel/reserved-names.ts';
import type { Place } from '../../plan/plan.ts';
import { formatPath, type DocumentPath } from '../document-path.ts';
import { isMap } from '../is-map.ts';
import { checkCall } from './check-call.ts';
import { checkExpressionAt, checkLoopConditionAt } from './check-expression-text.ts';
import type { CheckedFlow, CheckedList, StepSurroundings } from './checked-step.ts';
import { flowKindOf } from './flow-kinds.ts';
import { resultsOfList } from './known-outputs.ts';
import type { PipelineCheck } from './pipeline-check.ts';

/** Checks what stands inside a structured step; undefined for any other. */
export function checkFlow(
  check: PipelineCheck,
  definition: AnyStepDefinition | undefined,
  config: JsonObject,
  stepPath: DocumentPath,
  surroundings: StepSurroundings,
): CheckedFlow | undefined {
  const kind = flowKindOf(definition);
  const path = [...stepPath, 'config'];
  const inside = (key: string, more: Partial<StepSurroundings> = {}, startsAtOnce = false) =>
    check.innerList(config[key], [...path, key], { ...surroundings, ...more }, startsAtOnce);
  switch (kind) {
    case undefined:
      return undefined;
    case 'parallel':
      return { kind, list: inside('steps', {}, true), places: {} };
    case 'foreach': {
      const as = checkItemName(check, config['as'], [...path, 'as']);
      const locals = joined(surroundings, { [as]: {}, index: whole });
      return { kind, as, list: inside('steps', { locals }), places: {} };
    }
    case 'while': {
      const locals = joined(surroundings, { index: whole, last: resultsOfList(check, config['steps']) });
      const list = inside('steps', { locals });
      return { kind, list, places: checkLoopCondition(check, config, path, { ...surroundings, locals }, list) };
    }
    case 'conditional':
      return checkConditional(check, config, path, surroundings);
    case 'call':
      return { kind, pipeline: checkCall(check, config, path, surroundings), places: {} };
  }
}

/** The settings of a structured step: what holds steps is kept apart. */
export function withoutStepsInside(definition: AnyStepDefinition, config: JsonObject): JsonObject {
  const { properties = {} } = definition.config as { readonly properties?: Readonly<Record<string, object>> };
  const holdsSteps = (key: string) => {
    const schema = properties[key];
    return schema !== undefined && 'x-cicd' in schema && schema['x-cicd'] === 'steps';
  };
  return Object.fromEntries(Object.entries(config).filter(([key]) => !holdsSteps(key)));
}

const whole: JsonObject = { type: 'integer' };

/** The names of a nearer loop hide those of one around it. */
const joined = ({ locals }: StepSurroundings, own: Readonly<Record<string, JsonObject>>) =>
  new Map([...(locals ?? []), ...Object.entries(own)]);

function checkItemName(check: PipelineCheck, written: unknown, path: DocumentPath): string {
  if (typeof written !== 'string') return 'item';
  if (hasTemplate(written)) {
    check.problems.report({
      code: 'pipeline.template_refused',
      path,
      message: '`as` cannot hold a template: the steps inside are written with this name',
      hint: 'Write the name itself.',
    });
    return 'item';
  }
  if ([...rootNames, ...typeNames, 'index'].includes(written)) {
    check.problems.report({
      code: 'pipeline.name_reserved',
      path,
      message: `\`${written}\` means something else in expressions, and cannot be the name of the item`,
      hint: 'Choose another name.',
    });
  }
  return written;
}

function checkLoopCondition(
  check: PipelineCheck,
  { condition }: JsonObject,
  path: DocumentPath,
  surroundings: StepSurroundings,
  { known }: CheckedList,
): CheckedFlow['places'] {
  if (typeof condition !== 'string') return {};
  const at = [...path, 'condition'];
  const { steps, allSteps = check.scope.allSteps, around } = surroundings;
  checkLoopConditionAt(check, at, condition, {
    ...surroundings,
    steps: known,
    allSteps: new Set(known.keys()),
    around: { steps, allSteps, around },
  });
  return { 'config.condition': check.document.locate(at) };
}

function checkConditional(
  check: PipelineCheck,
  config: JsonObject,
  path: DocumentPath,
  surroundings: StepSurroundings,
): CheckedFlow {
  const { field, expression, routes } = config;
  const { problems } = check;
  if ((field === undefined) === (expression === undefined)) {
    problems.report({
      code: 'step.config_invalid',
      path: field === undefined ? path : [...path, 'expression'],
      message: 'a step.conditional has either `field` or `expression`',
      hint: 'Name the value that chooses: `field: inputs.stage`.',
    });
  }
  const places: Record<string, Place> = {};
  for (const key of ['field', 'expression'] as const) {
    const text = config[key];
    if (typeof text !== 'string') continue;
    checkExpressionAt(check, [...path, key], text, surroundings);
    places[`config.${key}`] = check.document.locate([...path, key]);
  }
  const lists = Object.entries(isMap(routes) ? routes : {}).map(([route, steps]) => {
    const at = [...path, 'routes', route];
    checkRouteName(check, route, at);
    return [route, check.innerList(steps, at, surroundings)] as const;
  });
  const otherwise = config['default'];
  return {
    kind: 'conditional',
    places,
    routes: Object.fromEntries(lists),
    ...(otherwise !== undefined && {
      default: check.innerList(otherwise, [...path, 'default'], surroundings),
    }),
  };
}

function checkRouteName(check: PipelineCheck, route: string, path: DocumentPath): void {
  if (route === 'default' || hasTemplate(route))
    check.problems.report({
      code: route === 'default' ? 'pipeline.name_reserved' : 'pipeline.template_refused',
      path,
      at: 'key',
      message:
        route === 'default' ? '`default` is no route: it takes what is left' : 'the name of a route holds no template',
      hint: route === 'default' ? 'Write `default:` beside `routes:`.' : `Write the value itself: ${formatPath(path)}.`,
    });
}
