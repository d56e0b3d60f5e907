import type { StepRegistry } from '@cicd/plugin';
import { Type } from 'typebox';
import { buildPipeline } from './build-pipeline.ts';
import { checkArtifacts } from './check/check-artifacts.ts';
import { checkInputs } from './check/check-inputs.ts';
import { checkStepNames } from './check/check-names.ts';
import { checkPipelineTexts } from './check/check-pipeline-texts.ts';
import { checkPromises } from './check/check-promises.ts';
import { checkInnerList, checkStepList, maximumSteps, placeSteps } from './check/check-step-list.ts';
import { checkStep } from './check/check-step.ts';
import type { CallablePipeline, PipelineCall } from './check/pipeline-calls.ts';
import type { PipelineCheck } from './check/pipeline-check.ts';
import type { DocumentPath } from './document-path.ts';
import { isMap } from './is-map.ts';
import type { InputDefinition, PipelineDefinition } from './pipeline-definition.ts';
import type { ProblemList } from './problem-list.ts';
import { explain } from './schema/explain.ts';
import type { WrittenInput } from './schema/input-schema.ts';
import { PipelineSchema, type WrittenPipeline } from './schema/pipeline-schema.ts';
import { validate } from './schema/validate.ts';
import { textEntries } from './text-entries.ts';
import type { YamlDocument } from './yaml/parse-yaml.ts';

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
  /** The pipelines of the file, by name. */
  readonly callable: ReadonlyMap<string, CallablePipeline>;
  /** Filled: the calls of each pipeline of the file. */
  readonly calls: Map<string, readonly PipelineCall[]>;
}

/** Checks one pipeline; the definition is there when it has no error. */
export function checkPipeline(
  value: unknown,
  path: DocumentPath,
  options: CheckPipelineOptions,
): PipelineDefinition | undefined {
  const { name, file, document, problems } = options;
  const errorsBefore = problems.errors;
  const reading = { value, path, acceptsTemplates: false, written: (at: DocumentPath) => document.written(at) };
  for (const finding of explain(validate(HeadSchema, value), reading)) problems.report(finding);
  if (!isMap(value)) return undefined;
  const written: Partial<WrittenPipeline> = value;

  const declared = isMap(written.inputs) ? (written.inputs as Readonly<Record<string, WrittenInput>>) : {};
  const inputs = checkInputs(declared, [...path, 'inputs'], problems, reading.written);
  const check = createCheck(options, written, inputs);
  const steps = placeSteps(check, written.steps, [...path, 'steps']);
  const placedCompensation = placeSteps(check, written.compensation, [...path, 'compensation']);
  checkStepNames([...steps, ...placedCompensation], problems);

  const list = checkStepList(check, steps);
  const compensation = placedCompensation.map((step) =>
    checkStep(check, step.written, step.path, { steps: list.known, matrix: undefined }),
  );
  options.calls.set(name, check.calls);
  checkArtifacts([...list.steps, ...compensation], problems);
  checkPipelineTexts(check, written, path, list.known);
  checkPromises(written, list.steps, compensation, path, problems);

  if (problems.errors > errorsBefore) return undefined;
  return buildPipeline({
    name,
    file,
    written,
    inputs,
    list,
    compensation,
    check,
  });
}

function createCheck(
  { registry, document, problems, callable }: CheckPipelineOptions,
  written: Partial<WrittenPipeline>,
  inputs: Readonly<Record<string, InputDefinition>>,
) {
  const check: PipelineCheck = {
    registry,
    document,
    problems,
    callable,
    outputs: new Map(),
    calls: [],
    defaults: textEntries(written.defaults),
    scope: {
      inputs: new Map(Object.entries(inputs).map(([name, input]) => [name, input.schema])),
      allSteps: new Set(),
      env: new Set(Object.keys(textEntries(written.env))),
    },
    secrets: new Set(),
    outerEnv: new Set(),
    questions: new Set(),
    innerList: (inner, path, surroundings, startsAtOnce) =>
      checkInnerList(check, inner, path, surroundings, startsAtOnce),
  };
  return check;
}
