import { createHash } from 'node:crypto';
import { type CelFunc, CelScalar, type CelType, celEnv, celFunc, listType } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { fromCelValue } from './json-value.ts';
import { textOf } from './text.ts';

const { BOOL, BYTES, DYN, STRING } = CelScalar;
const list = listType(DYN);

/** Names that read the state of the run: they become variables when an expression is compiled. */
export const statusFunctions = ['success', 'failure', 'cancelled', 'always'] as const;
export const runFunctions = ['now', 'uuid'] as const;

export function isRunFunction(name: string): boolean {
  return ([...statusFunctions, ...runFunctions] as readonly string[]).includes(name);
}

/** Whether the evaluation of a value failed or gave null: `default` turns on it. */
export const absent = '@absent';

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

const ours: CelFunc[] = [
  celFunc(absent, [DYN], BOOL, (value) => value === null),
  celFunc('json', [DYN], STRING, (value) => JSON.stringify(fromCelValue(value))),
  celFunc('lower', [STRING], STRING, (text) => text.toLowerCase()),
  celFunc('upper', [STRING], STRING, (text) => text.toUpperCase()),
  celFunc('trim', [STRING], STRING, (text) => text.trim()),
  celFunc('replace', [STRING, STRING, STRING], STRING, (text, from, to) => text.replaceAll(from, () => to)),
  celFunc('split', [STRING, STRING], listType(STRING), (text, separator) => text.split(separator)),
  celFunc('join', [list, STRING], STRING, (values, separator) =>
    [...values].map((value) => textOf(fromCelValue(value))).join(separator),
  ),
  celFunc('hash', [STRING], STRING, sha256),
  celFunc('hash', [BYTES], STRING, sha256),
];

/** CEL's own functions, its strings extension, and ours. */
export const environment = celEnv({ funcs: [...strings, ...ours] });

const known = new Map<string, CelFunc[]>();
for (const celFunction of environment.funcs as unknown as Iterable<CelFunc>) {
  known.set(celFunction.name, [...(known.get(celFunction.name) ?? []), celFunction]);
}

export function overloadsOf(name: string): readonly CelFunc[] {
  return known.get(name) ?? [];
}

/** Everything a person may write as a call, for "did you mean". */
export const functionNames: readonly string[] = [
  'default',
  'json',
  'lower',
  'upper',
  'trim',
  'replace',
  'split',
  'join',
  'hash',
  ...runFunctions,
  ...statusFunctions,
  'changed',
  'hash_files',
  'has',
  'all',
  'exists',
  'exists_one',
  'map',
  'filter',
  ...[...known.keys()].filter((name) => /^[A-Za-z]\w*$/.test(name)),
];

/** `replace(string, string, string)`, `string.trim()`: how a function is called. */
export function signatureOf({ name, target, arguments: parameters }: CelFunc): string {
  return `${target === undefined ? '' : `${nameOfType(target)}.`}${name}(${parameters.map(nameOfType).join(', ')})`;
}

function nameOfType(type: CelType): string {
  return type === DYN ? 'any' : type.name;
}
