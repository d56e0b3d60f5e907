import { typeWords, wordOfType } from '../schema/type-words.ts';
import type { AnyStepDefinition, JsonObject, Json } from '@cicd/plugin';
import { hasTemplate, rewriteCommand, type TemplateType } from '../../expression/index.ts';
import type { Place } from '../../plan/plan.ts';
import { formatPath, parsePath, type DocumentPath } from '../document-path.ts';
import { visitAnnotated, type AnnotatedValue } from '../schema/annotated-values.ts';
import { explain, labelOf } from '../schema/explain.ts';
import { validate } from '../schema/validate.ts';
import { checkRecordedCondition, checkTemplateAt, type TextScope } from './check-expression-text.ts';
import type { PipelineCheck } from './pipeline-check.ts';

/** What the configuration of a step comes to. */
export interface CheckedConfig {
  readonly config: JsonObject;
  readonly variables: Readonly<Record<string, string>>;
  readonly images: readonly string[];
  /** Artifact keys without templates. */
  readonly artifacts: readonly { readonly key: string; readonly path: DocumentPath }[];
  readonly places: Readonly<Record<string, Place>>;
}

/** Checks a step's configuration against its type, and every text in it; rewrites its commands. */
export function checkConfig(
  check: PipelineCheck,
  definition: AnyStepDefinition | undefined,
  written: JsonObject,
  stepPath: DocumentPath,
  scope: TextScope,
): CheckedConfig {
  const path = [...stepPath, 'config'];
  const image = definition ? defaultImage(check, definition, written, path) : {};
  const config = { ...written, ...image };
  if (definition) checkSchema(check, definition, config, path);

  const images = new Set<string>();
  const artifacts: { key: string; path: DocumentPath }[] = [];
  const places: Record<string, Place> = {};
  const variables: Record<string, string> = {};
  /** Texts that the configuration holds in another form than they are written in, by their paths. */
  const rewrittenTexts = new Map<string, string>();

  const checkText = (found: AnnotatedValue & { readonly value: string }, shift = 0) => {
    const { annotations, value, types } = found;
    if (annotations.has('literal')) {
      check.problems.report({
        code: 'pipeline.template_refused',
        path: found.path,
        message: `${labelOf(found.path)} cannot hold a template: its value would become part of the statement`,
        hint: 'Write a placeholder here, and the value as a parameter.',
      });
      return;
    }
    // What a type that nobody knows does with its texts is unknown too.
    const allowsSecrets = definition === undefined || annotations.has('credential');
    const isText = types.length === 1 && types[0] === 'string';
    const findings = checkTemplateAt(check, found.path, value, { ...scope, allowsSecrets }, isText, shift);
    places[formatPath(found.path.slice(stepPath.length))] = check.document.locate(found.path, value.indexOf('{{'));
    if (findings?.type !== undefined && findings.problems.length === 0 && !accepts(types, findings.type)) {
      check.problems.report({
        code: 'pipeline.template_type',
        path: found.path,
        message: `${labelOf(found.path)}: this template yields ${typeWords[findings.type]}, and ${types.map((type) => wordOfType(type) ?? type).join(' or ')} is wanted`,
        hint: 'Change the type of what it refers to, or convert it: int(…), double(…), json(…).',
      });
    }
    if (!annotations.has('command')) return;
    if (!types.includes('string')) {
      check.problems.report({
        code: 'pipeline.template_refused',
        path: found.path,
        message: `${labelOf(found.path)} cannot be one template: its value would become code`,
        hint: 'Write the commands here, with templates inside them.',
      });
      return;
    }
    const rewritten = rewriteCommand(value, Object.keys(variables).length);
    for (const problem of rewritten.problems) check.problems.reportExpression(found.path, problem);
    for (const [name, template] of Object.entries(rewritten.variables)) {
      variables[name] = template;
      places[name] = check.document.locate(found.path, Math.max(0, value.indexOf(template)));
    }
    // Braces that are text stay marked as such: the configuration is resolved before the step starts.
    rewrittenTexts.set(formatPath(found.path), rewritten.text.replaceAll('{{', String.raw`\{{`));
  };

  const checkCondition = (at: DocumentPath, text: string) => {
    places[formatPath(at.slice(stepPath.length))] = check.document.locate(at);
    checkRecordedCondition(check, at, text, scope);
    // One in a quoted text: resolved before it is judged, it would become part of the expression.
    if (!hasTemplate(text) || text.trimStart().startsWith('{{')) return;
    check.problems.report({
      code: 'pipeline.template_refused',
      path: at,
      message: `${labelOf(at)}: a condition holds no template`,
      hint: 'Write the name itself: `inputs.channel == steps.build.channel`.',
    });
  };

  visitAnnotated(definition?.config, config, path, {
    value(found) {
      if (typeof found.value !== 'string') return;
      // The default image was checked where it is written.
      const isDefault = found.path.length === path.length + 1 && Object.hasOwn(image, String(found.path.at(-1)));
      if (found.annotations.has('expression')) return;
      if (found.annotations.has('condition')) return checkCondition(found.path, found.value);
      if (hasTemplate(found.value)) return isDefault ? undefined : checkText({ ...found, value: found.value });
      if (found.annotations.has('reference') && found.path.length === path.length + 1) {
        const template = `{{ ${found.value} }}`;
        rewrittenTexts.set(formatPath(found.path), template);
        return checkText({ ...found, value: template }, -'{{ '.length);
      }
      if (found.annotations.has('image')) images.add(found.value);
      if (found.annotations.has('artifact')) artifacts.push({ key: found.value, path: found.path });
    },
    key(keyPath, key) {
      if (hasTemplate(key))
        check.problems.report({
          code: 'pipeline.template_refused',
          path: keyPath,
          at: 'key',
          message: `the key \`${key}\` cannot hold a template`,
          hint: 'Templates stand in values.',
        });
    },
  });
  const rewritten = rewrittenTexts.size === 0 ? config : (withTexts(config, path, rewrittenTexts) as JsonObject);
  return { config: rewritten, variables, images: [...images], artifacts, places };
}

/** The pipeline's default image where the type wants one, none is written, and the type has none of its own. */
function defaultImage(
  check: PipelineCheck,
  definition: AnyStepDefinition,
  written: JsonObject,
  path: DocumentPath,
): Readonly<Record<string, string>> {
  const { properties } = definition.config as { readonly properties?: Readonly<Record<string, object>> };
  const wanting = Object.entries(properties ?? {}).find(
    ([key, schema]) =>
      'x-cicd' in schema && schema['x-cicd'] === 'image' && !(key in written) && !('default' in schema),
  );
  if (!wanting) return {};
  const [key] = wanting;
  if (check.defaults.image === undefined) {
    check.problems.report({
      code: 'pipeline.image_missing',
      path,
      message: `the step has no \`${key}\`, and the pipeline no default image`,
      hint: `Write \`${key}:\` here, or \`defaults: { image: … }\` in the pipeline.`,
    });
  }
  // Set in either case, so that a schema that requires it does not say the same again.
  return { [key]: check.defaults.image ?? 'missing' };
}

function checkSchema(
  check: PipelineCheck,
  definition: AnyStepDefinition,
  config: JsonObject,
  path: DocumentPath,
): void {
  const errors = validate(definition.config, config);
  const findings = explain(errors, {
    value: config,
    path,
    acceptsTemplates: true,
    written: (at) => check.document.written(at),
  });
  for (const finding of findings) check.problems.report(finding);
  if (findings.length > 0 || definition.check === undefined) return;
  // A template in the place of a list, a map or a number: the step's check is written for their values.
  if (errors.some(({ data }) => typeof data === 'string' && hasTemplate(data))) return;
  try {
    for (const problem of definition.check(config)) {
      check.problems.reportForeign(problem, [...path, ...(parsePath(problem.path ?? '') ?? [])]);
    }
  } catch (error) {
    check.problems.report({
      code: 'step.config_invalid',
      path,
      message: `${definition.type} cannot check this configuration: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}

/** The value with some of its texts replaced, by their paths. */
function withTexts(value: Json, path: DocumentPath, texts: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') return texts.get(formatPath(path)) ?? value;
  if (Array.isArray(value)) return value.map((item: Json, index) => withTexts(item, [...path, index], texts));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, withTexts(child, [...path, key], texts)]),
  );
}

const jsonTypes: Readonly<Record<TemplateType, readonly string[]>> = {
  string: ['string'],
  // Numbers and booleans have one form as text.
  integer: ['integer', 'number', 'string'],
  number: ['number', 'integer', 'string'],
  boolean: ['boolean', 'string'],
  list: ['array'],
  map: ['object'],
};
const accepts = (types: readonly string[], yielded: TemplateType) =>
  types.length === 0 || types.some((type) => jsonTypes[yielded].includes(type));
