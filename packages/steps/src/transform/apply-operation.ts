import { StepFailure, type Json, type JsonObject } from '@cicd/plugin';
import { convert, shown } from '../data/convert.ts';
import { parseDataPath, valueAt, withValueAt } from '../data/path.ts';
import { comparisons } from './comparisons.ts';
import type { Operation } from './operation.ts';

/** The value after an operation. `place` is its position for people. Errors: `step.transform_failed`. */
export function applyOperation(value: Json, operation: Operation, place: string): Json {
  const fail = (message: string, hint: string): never => {
    throw new StepFailure({ code: 'step.transform_failed', message: `${place} (${operation.type}): ${message}`, hint });
  };
  const path = parseDataPath(operation.path ?? '') ?? [];
  const items = (): readonly Json[] =>
    Array.isArray(value)
      ? (value as readonly Json[])
      : fail(`it needs a list, and has ${shown(value)}`, 'Extract the list first.');

  switch (operation.type) {
    case 'extract': {
      const found = valueAt(value, path);
      if (found !== undefined) return found;
      if (operation.default !== undefined) return operation.default as Json;
      return fail(nothingAt(operation, value), 'Correct the path, or give a `default`.');
    }
    case 'map': {
      const mapped = (item: Json): Json => {
        if (!operation.fields) return valueAt(item, path) ?? null;
        return Object.fromEntries(
          Object.entries(operation.fields).map(([name, from]) => [
            name,
            valueAt(item, parseDataPath(from) ?? []) ?? null,
          ]),
        );
      };
      return Array.isArray(value) ? items().map(mapped) : mapped(value);
    }
    case 'filter': {
      const holds = comparisons[operation.comparison ?? 'exists'];
      return items().filter((item) => holds(valueAt(item, path), operation.value as Json));
    }
    case 'convert': {
      const { to = 'string' } = operation;
      const converted = withValueAt(value, path, (found) => {
        const result = convert(found, to);
        return result === undefined
          ? fail(`${shown(found)} is no ${to}`, 'Look at where the value comes from.')
          : result;
      });
      return converted ?? fail(nothingAt(operation, value), 'Correct the path.');
    }
  }
}

function nothingAt({ path }: Operation, value: Json): string {
  const has =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? `a map with ${Object.keys(value as JsonObject)
          .slice(0, 10)
          .map((key) => `\`${key}\``)
          .join(', ')}`
      : shown(value);
  return `nothing lies at \`${path ?? ''}\` of ${has}`;
}
