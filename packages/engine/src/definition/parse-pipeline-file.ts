import { isMap } from './is-map.ts';
import type { Problem, StepRegistry } from '@cicd/plugin';
import { checkInputs } from './check/check-inputs.ts';
import { checkCallGraph, type CallablePipeline, type PipelineCall } from './check/pipeline-calls.ts';
import { checkPipeline } from './check-pipeline.ts';
import type { DocumentPath } from './document-path.ts';
import { linkCalls } from './link-calls.ts';
import type { PipelineDefinition } from './pipeline-definition.ts';
import { ProblemList } from './problem-list.ts';
import { labelOf } from './schema/explain.ts';
import type { WrittenInput } from './schema/input-schema.ts';
import { namePattern } from './schema/names.ts';
import { PipelineSchema } from './schema/pipeline-schema.ts';
import { didYouMean, suggest } from './suggestion.ts';
import { textEntries } from './text-entries.ts';
import { parseYaml, type YamlDocument } from './yaml/parse-yaml.ts';

export interface ParsePipelineFileOptions {
  /** As it is shown in problems and kept in plans; a file without `pipelines` names its pipeline after it. */
  readonly file: string;
  readonly registry: StepRegistry;
}

export interface ParsedPipelineFile {
  /** The pipelines without errors, by name, in the order of the file. */
  readonly pipelines: ReadonlyMap<string, PipelineDefinition>;
  /** Every problem of the file, in its order. */
  readonly problems: readonly Problem[];
}

/** Reads and checks a pipeline file, text or bytes. Never throws: what is wrong is in `problems`. */
export function parsePipelineFile(source: string | Uint8Array, options: ParsePipelineFileOptions): ParsedPipelineFile {
  const document = parseYaml(source);
  const problems = new ProblemList(document, options.file);
  const pipelines = new Map<string, PipelineDefinition>();
  const isReadable = problems.errors === 0;
  const callable = callablePipelines(document.value, document, problems);
  const calls = new Map<string, readonly PipelineCall[]>();
  const check = (value: unknown, path: DocumentPath, name: string) => {
    const known = { ...options, name: ownName(value) ?? name, document, problems, callable, calls };
    const pipeline = checkPipeline(value, path, known);
    if (!pipeline || !isReadable) return;
    if (pipelines.has(pipeline.name))
      problems.report({
        code: 'pipeline.name_clash',
        path: [...path, 'name'],
        message: `another pipeline of this file is called \`${pipeline.name}\``,
      });
    else pipelines.set(pipeline.name, pipeline);
  };

  const { value } = document;
  if (!isMap(value)) {
    if (value !== undefined)
      problems.report({
        code: 'pipeline.wrong_type',
        path: [],
        message: 'a pipeline file is a map with `steps` or `pipelines`',
        hint: 'Write `steps:` with a first step.',
      });
  } else if ('pipelines' in value) {
    for (const [name, pipeline] of entriesOf(value, problems)) check(pipeline, ['pipelines', name], name);
  } else {
    const misspelt =
      'steps' in value ? undefined : Object.keys(value).find((key) => suggest(key, ['pipelines']) === 'pipelines');
    if (misspelt === undefined) check(value, [], nameOfFile(options.file));
    else
      problems.report({
        code: 'pipeline.unknown_key',
        path: [misspelt],
        at: 'key',
        message: `unknown key \`${misspelt}\`, did you mean \`pipelines\`?`,
        hint: 'Write `pipelines`.',
      });
  }
  checkCallGraph(calls, problems);
  return { pipelines: linkCalls(pipelines, calls), problems: problems.toArray() };
}

/** What calls need to know of the pipelines of a file; what is wrong with them is reported where they are checked. */
function callablePipelines(
  file: unknown,
  document: YamlDocument,
  problems: ProblemList,
): ReadonlyMap<string, CallablePipeline> {
  const found = isMap(file) && isMap(file['pipelines']) ? Object.entries(file['pipelines']) : [];
  return new Map(
    found.flatMap(([key, pipeline]) => {
      if (!isMap(pipeline)) return [];
      const name = ownName(pipeline) ?? key;
      const declared = isMap(pipeline['inputs']) ? (pipeline['inputs'] as Readonly<Record<string, WrittenInput>>) : {};
      const inputs = checkInputs(declared, ['pipelines', key, 'inputs'], problems, (at) => document.written(at));
      const outputs = new Map(Object.keys(textEntries(pipeline['outputs'])).map((output) => [output, {}] as const));
      return [[name, { name, inputs, outputs }] as const];
    }),
  );
}

/** The entries of `pipelines`; what stands beside it, or is badly named, is reported. */
function entriesOf(
  file: Readonly<Record<string, unknown>>,
  problems: ProblemList,
): readonly (readonly [string, unknown])[] {
  for (const key of Object.keys(file)) {
    if (key === 'pipelines') continue;
    const hint =
      key in PipelineSchema.properties
        ? `Move \`${key}\` into one of the pipelines.`
        : 'Only `pipelines` stands at the top of this file.';
    problems.report({
      code: 'pipeline.unknown_key',
      path: [key],
      at: 'key',
      message: `unknown key \`${key}\` beside \`pipelines\`${didYouMean(key, ['pipelines'])}`,
      hint,
    });
  }
  const { pipelines } = file;
  if (!isMap(pipelines)) {
    problems.report({
      code: 'pipeline.wrong_type',
      path: ['pipelines'],
      message: `${labelOf(['pipelines'])} must be a map of pipelines by name`,
      hint: 'Write `pipelines: { build: { steps: […] } }`.',
    });
    return [];
  }
  const entries = Object.entries(pipelines);
  if (entries.length === 0)
    problems.report({
      code: 'pipeline.empty',
      path: ['pipelines'],
      message: '`pipelines` is empty',
      hint: 'Write at least one pipeline.',
    });
  for (const [name] of entries) {
    if (!new RegExp(namePattern, 'u').test(name))
      problems.report({
        code: 'pipeline.name_invalid',
        path: ['pipelines', name],
        at: 'key',
        message: `\`${name}\` cannot be the name of a pipeline`,
        hint: 'Lower case letters, digits, `-` and `_`, beginning with a letter, 63 characters at most.',
      });
  }
  return entries;
}

function ownName(pipeline: unknown): string | undefined {
  return isMap(pipeline) && typeof pipeline['name'] === 'string' ? pipeline['name'] : undefined;
}

/** `.cicd/Nightly Build.yaml` → `nightly-build`. */
function nameOfFile(file: string): string {
  const stem = (file.split(/[\\/]/).at(-1) ?? '').replace(/\.[^.]*$/, '').toLowerCase();
  const name = stem
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .replace(/-+$/, '')
    .slice(0, 63);
  return name === '' ? 'pipeline' : name;
}
