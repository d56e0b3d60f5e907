import { parseDuration, type Json, type JsonObject, type StepRegistry } from '@cicd/plugin';
import { Type } from 'typebox';
import type { StaticStep } from '../expression/index.ts';
import { buildStep, readOnError } from './build-step.ts';
import { checkArtifacts } from './check/check-artifacts.ts';
import { checkTemplateAt } from './check/check-expression-text.ts';
import { checkInputs } from './check/check-inputs.ts';
import { checkStepNames } from './check/check-names.ts';
import { checkStep, checkStepShape } from './check/check-step.ts';
import type { PipelineCheck } from './check/pipeline-check.ts';
import { buildStepGraph } from './check/step-graph.ts';
import { UpstreamSteps } from './check/upstream-steps.ts';
import type { DocumentPath } from './document-path.ts';
import type { PipelineDefinition } from './pipeline-definition.ts';
import type { ProblemList } from './problem-list.ts';
import { explain } from './schema/explain.ts';
import { PipelineSchema, type WrittenPipeline } from './schema/pipeline-schema.ts';
import type { WrittenStep } from './schema/step-schema.ts';
import { validate } from './schema/validate.ts';
import { staticOutputs } from './step-outputs.ts';
import type { YamlDocument } from './yaml/parse-yaml.ts';

export const maximumSteps = 10_000;

/** Everything of a pipeline but its steps, which are checked one by one. */
const HeadSchema = {
  ...PipelineSchema,
  properties: { ...PipelineSchema.properties, steps: Type.Array(Type.Unknown(), { minItems: 1 }), compensation: Type.Array(Type.Unknown()) },
};

export interface CheckPipelineOptions {
  readonly name: string;
  readonly file: string;
  readonly registry: StepRegistry;
  readonly document: YamlDocument;
  readonly problems: ProblemList;
}

interface PlacedStep {
  readonly written: WrittenStep;
  readonly path: DocumentPath;
}

/** Checks one pipeline; the definition is there when it has no error. */
export function checkPipeline(value: unknown, path: DocumentPath, options: CheckPipelineOptions): PipelineDefinition | undefined {
  const { registry, document, problems } = options;
  const errorsBefore = problems.errors;
  for (const finding of explain(validate(HeadSchema, value), { value, path, acceptsTemplates: false, written: (at) => document.written(at) })) problems.report(finding);
  if (!isMap(value)) return undefined;
  const written = value as Partial<WrittenPipeline>;
  reportUnavailable(written, path, problems);

  const inputs = checkInputs(isMap(written.inputs) ? written.inputs : {}, [...path, 'inputs'], problems, (at) => document.written(at));
  const env = textEntries(written.env);
  const stepsAt = (key: 'steps' | 'compensation') => (Array.isArray(written[key]) ? written[key] : []).slice(0, maximumSteps + 1);
  const shape = { registry, document, problems };
  const shapeCheck = (key: 'steps' | 'compensation', check: PipelineCheck): readonly PlacedStep[] =>
    stepsAt(key).flatMap((step, index) => {
      const stepPath = [...path, key, index];
      const found = checkStepShape(check, step, stepPath);
      return found ? [{ written: found, path: stepPath }] : [];
    });
  if (stepsAt('steps').length > maximumSteps) {
    problems.report({ code: 'pipeline.too_many_steps', path: [...path, 'steps'], message: `a pipeline has at most ${maximumSteps} steps`, hint: 'Split it into several pipelines.' });
    return undefined;
  }
  const allSteps = new Set<string>();
  const check: PipelineCheck = {
    ...shape,
    defaults: readDefaults(written.defaults),
    scope: { inputs: new Map(Object.entries(inputs).map(([name, input]) => [name, input.schema])), allSteps, env: new Set(Object.keys(env)) },
    secrets: new Set(),
    outerEnv: new Set(),
  };
  const steps = shapeCheck('steps', check);
  const compensation = shapeCheck('compensation', check);
  checkStepNames([...steps, ...compensation].map(({ written: { name }, path: at }) => ({ name, path: at })), problems);

  const statics = new Map(steps.filter(({ written: step }) => nameOf(step) !== '').map(({ written: step }): [string, StaticStep] => [step.name, { outputs: staticOutputs(registry.find(step.type), step.outputs), isMatrix: step.matrix !== undefined }]));
  for (const name of statics.keys()) allSteps.add(name);
  const graph = buildStepGraph(steps.map(({ written: step, path: at }) => ({ name: nameOf(step), needs: needsOf(step), path: at })), problems);
  const checkedSteps = steps.map(({ written: step, path: at }, index) => {
    return checkStep(check, step, at, new UpstreamSteps(statics, (name) => graph.mayRead(index, name)));
  });
  const checkedCompensation = compensation.map(({ written: step, path: at }) => {
    if (step.needs !== undefined) problems.report({ code: 'pipeline.unknown_key', path: [...at, 'needs'], at: 'key', message: 'a step of `compensation` has no `needs`', hint: 'Remove it: the list is run in reverse order.' });
    return checkStep(check, step, at, statics);
  });
  checkArtifacts([...checkedSteps, ...checkedCompensation], problems);
  checkPipelineTexts(check, written, path, env, statics);
  checkOnError(written, steps, path, problems);
  if (problems.errors > errorsBefore) return undefined;

  const onError = readOnError(written.on_error ?? 'stop');
  const defaults = { ...check.defaults, onError };
  return {
    name: options.name,
    ...(written.description === undefined ? {} : { description: written.description }),
    file: options.file,
    inputs,
    triggers: triggersOf(written.trigger),
    env,
    ...(written.timeout === undefined ? {} : { timeout: parseDuration(written.timeout) }),
    failFast: written.fail_fast ?? false,
    ...(written.concurrency ? { concurrency: { group: written.concurrency.group, cancelInProgress: written.concurrency.cancel_in_progress ?? false } } : {}),
    source: (written.source as Json | undefined) ?? 'project',
    steps: checkedSteps.map((step, index) => buildStep(step, graph.needs[index] ?? [], defaults)),
    compensation: checkedCompensation.map((step) => buildStep(step, [], defaults)),
    outputs: textEntries(written.outputs),
    secrets: [...check.secrets].toSorted(),
    outerEnv: [...check.outerEnv].toSorted(),
  };
}

/** Templates outside the steps. */
function checkPipelineTexts(check: PipelineCheck, written: Partial<WrittenPipeline>, path: DocumentPath, env: Readonly<Record<string, string>>, statics: ReadonlyMap<string, StaticStep>): void {
  const none = { steps: new Map<string, StaticStep>(), matrix: undefined };
  // In `env` itself, `env.NAME` is what was there before: the outer variable.
  for (const [name, text] of Object.entries(env)) checkTemplateAt(check, [...path, 'env', name], text, { ...none, allowsSecrets: true, env: new Set() }, true);
  for (const [name, text] of Object.entries(textEntries(written.outputs))) checkTemplateAt(check, [...path, 'outputs', name], text, { steps: statics, matrix: undefined }, false);
  const group: unknown = written.concurrency?.group;
  if (typeof group === 'string') checkTemplateAt(check, [...path, 'concurrency', 'group'], group, none, true);
  for (const place of [['defaults', 'image'], ['source', 'git'], ['source', 'ref'], ['source', 'path']]) {
    const text = place.reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), written);
    if (typeof text !== 'string' || !text.includes('{{')) continue;
    if (place[0] === 'defaults') checkTemplateAt(check, [...path, ...place], text, none, true);
    else check.problems.report({ code: 'pipeline.template_refused', path: [...path, ...place], message: `\`${place.join('.')}\` cannot hold a template`, hint: 'Write the value itself here.' });
  }
}

function reportUnavailable(written: Partial<WrittenPipeline>, path: DocumentPath, problems: ProblemList): void {
  if (written.environment === undefined) return;
  problems.report({ code: 'pipeline.not_available', path: [...path, 'environment'], at: 'key', message: 'environments are not available in this version', hint: 'Remove `environment`.' });
}

function checkOnError(written: Partial<WrittenPipeline>, steps: readonly PlacedStep[], path: DocumentPath, problems: ProblemList): void {
  if (Array.isArray(written.compensation) && written.compensation.length > 0) return;
  const asking = [{ written, path }, ...steps].find((each) => each.written.on_error === 'compensate');
  if (asking) problems.report({ code: 'pipeline.compensation_missing', severity: 'warning', path: [...asking.path, 'on_error'], message: '`on_error: compensate` without a `compensation` list only stops the run', hint: 'Add `compensation:` with steps, or write `on_error: stop`.' });
}

/** Empty where it is no text, which was reported with the shape. */
function nameOf(step: WrittenStep): string {
  const name: unknown = step.name;
  return typeof name === 'string' ? name : '';
}

function needsOf(step: WrittenStep): string | readonly string[] | undefined {
  const needs: unknown = step.needs;
  if (Array.isArray(needs)) return needs.filter((need) => typeof need === 'string');
  return typeof needs === 'string' ? needs : undefined;
}

function triggersOf(written: WrittenPipeline['trigger']): readonly JsonObject[] {
  if (written === undefined) return [{ type: 'manual' }];
  return (Array.isArray(written) ? written : [written]) as readonly JsonObject[];
}

function readDefaults(written: unknown): PipelineCheck['defaults'] {
  return Object.fromEntries(Object.entries(isMap(written) ? written : {}).filter(([, value]) => typeof value === 'string'));
}

const textEntries = (written: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries<unknown>(isMap(written) ? written : {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));

const isMap = (value: unknown): value is Readonly<Record<string, never>> => typeof value === 'object' && value !== null && !Array.isArray(value);
