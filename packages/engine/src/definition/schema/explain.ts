import { formatPath, type DocumentPath } from '../document-path.ts';
import type { Finding } from '../problem-list.ts';
import { didYouMean, suggest } from '../suggestion.ts';
import { hasTemplate } from '../../expression/index.ts';
import { durationPattern } from './patterns.ts';
import { collapseUnions } from './collapse-unions.ts';
import { explainPattern } from './explain-pattern.ts';
import { explainType } from './explain-type.ts';
import { choicesOf, typesOf } from './expectation.ts';
import type { ErrorObject } from 'ajv/dist/2020.js';

interface ExplainOptions {
  /** The value that was validated. */
  readonly value: unknown;
  /** Where it stands. */
  readonly path: DocumentPath;
  /** Whether a text that holds a template is accepted wherever a value is. */
  readonly acceptsTemplates: boolean;
  /** How an unquoted value is written. */
  readonly written: (path: DocumentPath) => string | undefined;
}

/** Turns a validator's errors into one finding per mistake, in words. */
export function explain(errors: readonly ErrorObject[], options: ExplainOptions): readonly Finding[] {
  const relevant = errors.filter((error) => !isAcceptedTemplate(error, options) && !hasDefault(error));
  const collapsed = collapseUnions(relevant);
  const misspelt = new Set<string>();
  for (const error of collapsed) {
    if (error.keyword !== 'additionalProperties') continue;
    const meant = suggest(String(error.params['additionalProperty']), knownKeys(error));
    if (meant !== undefined) misspelt.add(`${error.instancePath} ${meant}`);
  }
  return collapsed.flatMap((error) => {
    // The key is there, only misspelt: that is said once, at the key.
    if (
      error.keyword === 'required' &&
      misspelt.has(`${error.instancePath} ${String(error.params['missingProperty'])}`)
    )
      return [];
    const finding = explainOne(error, options);
    return finding ? [finding] : [];
  });
}

const isAcceptedTemplate = (error: ErrorObject, options: ExplainOptions) =>
  options.acceptsTemplates && typeof error.data === 'string' && hasTemplate(error.data);

/** A missing key that has a default is filled in before the value is used. */
function hasDefault(error: ErrorObject): boolean {
  if (error.keyword !== 'required') return false;
  const { properties } = (error.parentSchema ?? {}) as { readonly properties?: Readonly<Record<string, object>> };
  const property = properties?.[String(error.params['missingProperty'])];
  return property !== undefined && 'default' in property;
}

function explainOne(error: ErrorObject, options: ExplainOptions): Finding | undefined {
  const path = [...options.path, ...pointerToPath(error.instancePath, options.value)];
  const label = labelOf(path);
  const parameters: Readonly<Record<string, unknown>> = error.params;
  const description = error.parentSchema?.['description'] as string | undefined;
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(parameters['additionalProperty']);
      const known = knownKeys(error);
      const meant = didYouMean(key, known);
      return {
        code: 'pipeline.unknown_key',
        path: [...path, key],
        at: 'key',
        message: `unknown key \`${key}\`${meant}`,
        hint:
          foreignKeys[key] ??
          (meant === '' && known.length > 0
            ? `Allowed here: ${known.join(', ')}.`
            : meant === ''
              ? undefined
              : `Write \`${suggest(key, known)}\`.`),
      };
    }
    case 'required': {
      const key = String(parameters['missingProperty']);
      return {
        code: 'pipeline.missing_key',
        path,
        message: `${label} lacks the key \`${key}\``,
        hint: hintForMissing(key, error),
      };
    }
    case 'propertyNames': {
      const key = String(parameters['propertyName']);
      return {
        code: 'pipeline.name_invalid',
        path: [...path, key],
        at: 'key',
        message: `\`${key}\` cannot be a name here`,
        hint: 'Letters, digits and `_`, not beginning with a digit, 63 characters at most.',
      };
    }
    case 'type':
      return explainType(
        path,
        label,
        error.data,
        typesOf(error.parentSchema),
        error.parentSchema,
        options.written(path),
      );
    case 'pattern':
      // The parent error `propertyNames` says it already.
      return error.propertyName === undefined
        ? explainPattern(path, label, String(error.data), String(parameters['pattern']), description)
        : undefined;
    case 'anyOf':
    case 'oneOf':
    case 'enum':
    case 'const':
      return explainChoice(path, label, error, options.written(path));
    case 'minItems':
    case 'minProperties':
      return {
        code: 'pipeline.empty',
        path,
        message: `${label} is empty`,
        hint: 'Write at least one entry, or remove the key.',
      };
    case 'minLength':
      return {
        code: 'pipeline.wrong_value',
        path,
        message: `${label} is empty text`,
        hint: 'Write a text, or remove the key.',
      };
    default:
      return error.propertyName === undefined
        ? {
            code: 'pipeline.wrong_value',
            path,
            message: `${label} ${error.message ?? 'does not fit'}`,
            hint: description,
          }
        : undefined;
  }
}

function explainChoice(path: DocumentPath, label: string, error: ErrorObject, written: string | undefined): Finding {
  const schema: unknown =
    error.keyword === 'anyOf' || error.keyword === 'oneOf' ? { [error.keyword]: error.schema } : error.parentSchema;
  const choices = choicesOf(schema);
  const types = typesOf(schema);
  if (choices.length > 0 && typeof error.data === 'string') {
    const known = choices.map(String);
    return {
      code: 'pipeline.wrong_value',
      path,
      message: `${label} cannot be \`${shorten(error.data)}\`${didYouMean(error.data, known)}`,
      hint: `Allowed: ${known.join(', ')}.`,
    };
  }
  if (types.length > 0) return explainType(path, label, error.data, types, error.parentSchema, written);
  return {
    code: 'pipeline.wrong_value',
    path,
    message: `${label} has a value that is not allowed`,
    hint: choices.length > 0 ? `Allowed: ${choices.map(String).join(', ')}.` : undefined,
  };
}

const foreignKeys: Readonly<Record<string, string>> = {
  on: 'Write `trigger:` for what starts a pipeline.',
  jobs: 'Write `steps:`; a step that needs none before it says `needs: []`.',
  uses: 'Write `type:` for the type of a step.',
  run: 'Write `type: step.shell_exec` and `config: { commands: […] }`.',
  script: 'Write `type: step.shell_exec` and `config: { commands: […] }`.',
  depends_on: 'Write `needs`.',
  when: 'Write `if` with a condition.',
  continue_on_error: 'Write `on_error: skip`.',
  '<<': 'Write the keys out.',
};

function hintForMissing(key: string, error: ErrorObject): string | undefined {
  const properties = (error.parentSchema?.['properties'] ?? {}) as Readonly<
    Record<string, { readonly description?: string; readonly pattern?: string }>
  >;
  const property = properties[key];
  if (property?.pattern === durationPattern) return `Add \`${key}:\` with a duration: 300s, 10m, 1h30m.`;
  const choices = choicesOf(property);
  if (choices.length > 0) return `Add \`${key}:\` with one of ${choices.map(String).join(', ')}.`;
  return `Add \`${key}:\`${property?.description === undefined ? '.' : `: ${property.description}`}`;
}

const knownKeys = (error: ErrorObject) => Object.keys((error.parentSchema?.['properties'] ?? {}) as object);

/** How a place is called in a sentence: its last key, with an index where it has one. */
export function labelOf(path: DocumentPath): string {
  const from = path.findLastIndex((part) => typeof part === 'string');
  return path.length === 0 ? 'the file' : `\`${formatPath(path.slice(Math.max(from, 0)))}\``;
}

export const shorten = (text: string) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

/** A JSON pointer (RFC 6901) as a path; the value tells indices from keys. */
function pointerToPath(pointer: string, value: unknown): DocumentPath {
  let current = value;
  return pointer
    .split('/')
    .slice(1)
    .map((escaped) => {
      const key = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
      const isIndex = Array.isArray(current);
      current = (current as Record<string, unknown> | undefined)?.[key];
      return isIndex ? Number(key) : key;
    });
}
