import type { StepRegistry } from '@cicd/plugin';
import { Type } from 'typebox';
import type { StaticStep } from '../expression/index.ts';
import { buildPipeline } from './build-pipeline.ts';
import { checkArtifacts } from './check/check-artifacts.ts';
import { checkInputs } from './check/check-inputs.ts';
import { checkStepNames } from './check/check-names.ts';
import { checkPipelineTexts } from './check/check-pipeline-texts.ts';
import { checkPromises } from './check/check-promises.ts';
import { checkStep, checkStepShape } from './check/check-step.ts';
import type { PipelineCheck } from './check/pipeline-check.ts';
import { buildStepGraph } from './check/step-graph.ts';
import { UpstreamSteps } from './check/upstream-steps.ts';
import type { DocumentPath } from './document-path.ts';
import { isMap } from './is-map.ts';
import type { InputDefinition, PipelineDefinition } from './pipeline-definition.ts';
import type { ProblemList } from './problem-list.ts';
import { explain } from './schema/explain.ts';
import type { WrittenInput } from './schema/input-schema.ts';
import { PipelineSchema, type WrittenPipeline } from './schema/pipeline-schema.ts';
import type { WrittenStep } from './schema/step-schema.ts';
import { validate } from './schema/validate.ts';
import { staticOutputs } from './step-outputs.ts';
import { textEntries } from './text-entries.ts';
import type { YamlDocument } from './yaml/parse-yaml.ts';

const maximumSteps = 10_000;

/** Everything of a pipeline but its steps, which are checked one by one. */
const HeadSchema = {
  ...PipelineSchema,
  properties: {
    ...PipelineSchema.properties,
    steps: Type.Array(Type.Unknown(), { minItems: 1, maxItems: maximumSteps }),
    compensation: Type.Array(Type.Unknown(), { maxItems: maximumSteps }),
  },
};

interface CheckPipelineOptions {
  readonly name: string;
  readonly file: string;
  readonly registry: StepRegistry;
  readonly document: YamlDocument;
  readonly problems: ProblemList;
}

/** A step that is a map, and where it stands. */
interface PlacedStep {
  readonly written: WrittenStep;
  /** Empty where it is no text. */
  readonly name: string;
  readonly path: DocumentPath;
}

/** Checks one pipeline; the definition is there when it has no error. */
export function checkPipeline(
  value: unknown,
  path: DocumentPath,
  options: CheckPipelineOptions,
): PipelineDefinition | undefined {
  const { name, file, registry, document, problems } = options;
  const errorsBefore = problems.errors;
  const reading = { value, path, acceptsTemplates: false, written: (at: DocumentPath) => document.written(at) };
  for (const finding of explain(validate(HeadSchema, value), reading)) problems.report(finding);
  if (!isMap(value)) return undefined;
  const written: Partial<WrittenPipeline> = value;

  const declared = isMap(written.inputs) ? (written.inputs as Readonly<Record<string, WrittenInput>>) : {};
  const inputs = checkInputs(declared, [...path, 'inputs'], problems, reading.written);
  const check = createCheck(options, written, inputs);
  const steps = placedSteps(check, written.steps, [...path, 'steps']);
  const compensation = placedSteps(check, written.compensation, [...path, 'compensation']);
  checkStepNames([...steps, ...compensation], problems);

  const known = new Map(
    steps.flatMap((step) => (step.name === '' ? [] : [[step.name, staticStep(step, registry)] as const])),
  );
  for (const stepName of known.keys()) check.scope.allSteps.add(stepName);
  const graph = buildStepGraph(
    steps.map((step) => ({ name: step.name, needs: needsOf(step.written), path: step.path })),
    problems,
  );
  const checkedSteps = steps.map((step, index) =>
    checkStep(check, step.written, step.path, new UpstreamSteps(known, (other) => graph.mayRead(index, other))),
  );
  const checkedCompensation = compensation.map((step) => checkStep(check, step.written, step.path, known));
  checkArtifacts([...checkedSteps, ...checkedCompensation], problems);
  checkPipelineTexts(check, written, path, known);
  checkPromises(written, steps, compensation, path, problems);

  if (problems.errors > errorsBefore) return undefined;
  return buildPipeline({
    name,
    file,
    written,
    inputs,
    steps: checkedSteps,
    needs: graph.needs,
    compensation: checkedCompensation,
    check,
  });
}

function createCheck(
  { registry, document, problems }: CheckPipelineOptions,
  written: Partial<WrittenPipeline>,
  inputs: Readonly<Record<string, InputDefinition>>,
) {
  return {
    registry,
    document,
    problems,
    defaults: textEntries(written.defaults),
    scope: {
      inputs: new Map(Object.entries(inputs).map(([name, input]) => [name, input.schema])),
      allSteps: new Set<string>(),
      env: new Set(Object.keys(textEntries(written.env))),
    },
    secrets: new Set<string>(),
    outerEnv: new Set<string>(),
  } satisfies PipelineCheck;
}

function placedSteps(check: PipelineCheck, written: unknown, path: DocumentPath): readonly PlacedStep[] {
  if (!Array.isArray(written)) return [];
  return written.slice(0, maximumSteps).flatMap((step: unknown, index) => {
    const found = checkStepShape(check, step, [...path, index]);
    const name: unknown = found?.name;
    return found ? [{ written: found, name: typeof name === 'string' ? name : '', path: [...path, index] }] : [];
  });
}

function staticStep({ written }: PlacedStep, registry: StepRegistry): StaticStep {
  return {
    outputs: staticOutputs(registry.find(written.type), written),
    isMatrix: written.matrix !== undefined,
  };
}

function needsOf(step: WrittenStep): string | readonly string[] | undefined {
  const needs: unknown = step.needs;
  if (Array.isArray(needs)) return needs.filter((need) => typeof need === 'string');
  return typeof needs === 'string' ? needs : undefined;
}
