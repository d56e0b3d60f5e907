import type { Json, JsonObject } from '@cicd/plugin';
import { hasTemplate } from '../../expression/index.ts';
import type { DocumentPath } from '../document-path.ts';
import { isMap } from '../is-map.ts';
import { explain, labelOf } from '../schema/explain.ts';
import { typeWords } from '../schema/type-words.ts';
import { validate } from '../schema/validate.ts';
import { didYouMean, suggest } from '../suggestion.ts';
import { checkTemplateAt } from './check-expression-text.ts';
import type { StepSurroundings } from './checked-step.ts';
import type { CallablePipeline } from './pipeline-calls.ts';
import type { PipelineCheck } from './pipeline-check.ts';

/** Checks the call of a pipeline, its inputs as far as they are written out; returns the name that is called. */
export function checkCall(
  check: PipelineCheck,
  config: JsonObject,
  path: DocumentPath,
  surroundings: StepSurroundings,
): string {
  const { pipeline } = config;
  const at = [...path, 'pipeline'];
  if (typeof pipeline !== 'string') return '';
  if (hasTemplate(pipeline)) {
    check.problems.report({
      code: 'pipeline.template_refused',
      path: at,
      message: '`pipeline` cannot hold a template: what is called is known when the file is checked',
      hint: 'Choose between calls with a step.conditional.',
    });
    return pipeline;
  }
  const called = check.callable.get(pipeline);
  if (!called) {
    const names = [...check.callable.keys()];
    const meant = suggest(pipeline, names);
    check.problems.report({
      code: 'pipeline.unknown_call',
      path: at,
      message: `this file has no pipeline \`${pipeline}\`${didYouMean(pipeline, names)}`,
      hint: meant === undefined ? `The pipelines are ${names.join(', ')}.` : `Write \`${meant}\`.`,
    });
    return pipeline;
  }
  check.calls.push({ pipeline, path: at });
  checkInputsOfCall(check, called, isMap(config['inputs']) ? config['inputs'] : {}, path, surroundings);
  return pipeline;
}

function checkInputsOfCall(
  check: PipelineCheck,
  { name: called, inputs }: CallablePipeline,
  given: JsonObject,
  configPath: DocumentPath,
  surroundings: StepSurroundings,
): void {
  const path = [...configPath, 'inputs'];
  const { problems } = check;
  const declared = Object.keys(inputs);
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(inputs, name)) continue;
    problems.report({
      code: 'plan.input_unknown',
      path: [...path, name],
      at: 'key',
      message: `\`${called}\` has no input \`${name}\`${didYouMean(name, declared)}`,
      hint: declared.length === 0 ? `\`${called}\` declares no inputs.` : `Its inputs are ${declared.join(', ')}.`,
    });
  }
  for (const [name, input] of Object.entries(inputs)) {
    const value = given[name];
    if (value !== undefined) checkValue(check, value, input, [...path, name], surroundings);
    else if (input.required && input.default === undefined)
      problems.report({
        code: 'plan.input_missing',
        path: isGiven(given) ? path : configPath,
        message: `\`${called}\` needs the input \`${name}\`${input.description === undefined ? '' : ` (${input.description})`}`,
        hint: `Write \`inputs: { ${name}: … }\`.`,
      });
  }
}

const isGiven = (given: JsonObject) => Object.keys(given).length > 0;

function checkValue(
  check: PipelineCheck,
  value: Json,
  input: CallablePipeline['inputs'][string],
  path: DocumentPath,
  surroundings: StepSurroundings,
): void {
  if (typeof value === 'string' && hasTemplate(value)) {
    const yielded = checkTemplateAt(check, path, value, surroundings, false)?.type;
    // Text is read as on a command line, and a number fits where text is wanted.
    const wantsScalar = input.type !== 'list' && input.type !== 'map';
    const isScalar = yielded !== 'list' && yielded !== 'map';
    if (yielded === undefined || yielded === 'string' || wantsScalar === isScalar) return;
    check.problems.report({
      code: 'pipeline.template_type',
      path,
      message: `${labelOf(path)}: this template yields ${typeWords[yielded]}, and ${typeWords[input.type]} is wanted`,
      hint: 'Change the type of what it refers to, or convert it.',
    });
    return;
  }
  const findings = explain(validate(input.schema, value), {
    value,
    path,
    acceptsTemplates: true,
    written: (at) => check.document.written(at),
  });
  for (const finding of findings) check.problems.report({ ...finding, code: 'plan.input_invalid' });
}
