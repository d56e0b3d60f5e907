import { Type, type Static } from 'typebox';
import { conversions } from '../data/convert.ts';
import { each, parseDataPath } from '../data/path.ts';
import { closed } from '../schema/fields.ts';
import { comparisonNames } from './comparisons.ts';

export const operation = Type.Object(
  {
    type: Type.Enum(['extract', 'map', 'filter', 'convert'], { description: 'What is done.' }),
    path: Type.Optional(
      Type.String({
        description:
          'Where: `order.items[0].name`, `headers["x-id"]`. In `extract` and `convert` also `items[*].price`, which is every item. In `map` and `filter` it begins at each item.',
      }),
    ),
    default: Type.Optional(Type.Unknown({ description: '`extract`: the value when nothing lies at the path.' })),
    fields: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: '`map`: what each item becomes, a path of the item by each new name.',
      }),
    ),
    comparison: Type.Optional(
      Type.Enum([...comparisonNames], {
        description:
          '`filter`: which items stay. `contains` is of a text or a list; `exists` is neither absent nor null.',
      }),
    ),
    value: Type.Optional(
      Type.Unknown({ description: '`filter`: what is compared with; a list for `in` and `not_in`.' }),
    ),
    to: Type.Optional(
      Type.Enum([...conversions], {
        description: '`convert`: the new type. `json` is the value as a text of JSON, `parsed_json` the other way.',
      }),
    ),
  },
  closed,
);

export type Operation = Static<typeof operation>;

type Key = keyof Operation;

/** What each type takes besides `type`; one of `needs` must be there. */
const keys: Readonly<Record<Operation['type'], { readonly needs: readonly Key[]; readonly takes: readonly Key[] }>> = {
  extract: { needs: ['path'], takes: ['path', 'default'] },
  map: { needs: ['fields', 'path'], takes: ['fields', 'path'] },
  filter: { needs: ['comparison'], takes: ['path', 'comparison', 'value'] },
  convert: { needs: ['to'], takes: ['path', 'to'] },
};

export interface OperationFault {
  /** The key that is wrong. */
  readonly key: string;
  readonly message: string;
  readonly hint: string;
}

/** What is wrong with an operation beyond its schema. */
export function operationFaults(written: Operation): readonly OperationFault[] {
  const { needs, takes } = keys[written.type];
  const unknown = (Object.keys(written) as Key[]).filter((key) => key !== 'type' && !takes.includes(key));
  const faults: OperationFault[] = unknown.map((key) => ({
    key,
    message: `\`${written.type}\` has no \`${key}\``,
    hint: `It takes ${takes.map((each) => `\`${each}\``).join(', ')}.`,
  }));
  const given = needs.filter((key) => written[key] !== undefined);
  if (given.length !== 1) {
    faults.push({
      key: needs[0] ?? 'type',
      message: `\`${written.type}\` needs ${needs.length > 1 ? 'one of ' : ''}${needs.map((key) => `\`${key}\``).join(' and ')}`,
      hint: needs.length > 1 && given.length > 1 ? 'Write only one of them.' : 'Add it.',
    });
  }
  if (written.type === 'filter') faults.push(...comparisonFaults(written));
  const allowsEach = written.type === 'extract' || written.type === 'convert';
  for (const [key, path] of pathsOf(written)) {
    const parsed = parseDataPath(path);
    if (parsed === undefined) {
      faults.push({ key, message: `"${path}" is not a path`, hint: 'Write it like `order.items[0].name`.' });
    } else if (parsed.includes(each) && !allowsEach) {
      faults.push({ key, message: `\`[*]\` cannot stand here`, hint: 'The path begins at each item already.' });
    }
  }
  return faults;
}

const pathsOf = ({ path, fields = {} }: Operation): readonly (readonly [string, string])[] => [
  ...(path === undefined ? [] : [['path', path] as const]),
  ...Object.entries(fields).map(([name, each]) => [`fields.${name}`, each] as const),
];

function comparisonFaults({ comparison, value }: Operation): readonly OperationFault[] {
  if (comparison === undefined) return [];
  const isAlone = comparison === 'exists' || comparison === 'missing';
  if (isAlone && value !== undefined)
    return [{ key: 'value', message: `\`${comparison}\` compares with nothing`, hint: 'Remove `value`.' }];
  if (!isAlone && value === undefined)
    return [{ key: 'value', message: `\`${comparison}\` needs a \`value\``, hint: 'Add it.' }];
  if ((comparison === 'in' || comparison === 'not_in') && !Array.isArray(value))
    return [{ key: 'value', message: `\`${comparison}\` needs a list`, hint: 'Write `value: [a, b]`.' }];
  return [];
}
