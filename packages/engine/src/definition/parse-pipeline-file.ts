import { isMap } from './is-map.ts';
import type { Problem, StepRegistry } from '@cicd/plugin';
import { checkPipeline } from './check-pipeline.ts';
import type { DocumentPath } from './document-path.ts';
import type { PipelineDefinition } from './pipeline-definition.ts';
import { ProblemList } from './problem-list.ts';
import { labelOf } from './schema/explain.ts';
import { namePattern } from './schema/names.ts';
import { PipelineSchema } from './schema/pipeline-schema.ts';
import { didYouMean, suggest } from './suggestion.ts';
import { parseYaml } from './yaml/parse-yaml.ts';

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
  const check = (value: unknown, path: DocumentPath, name: string) => {
    const pipeline = checkPipeline(value, path, { ...options, name: ownName(value) ?? name, document, problems });
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
  return { pipelines, problems: problems.toArray() };
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
