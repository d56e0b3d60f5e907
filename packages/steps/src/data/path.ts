import type { Json, JsonObject } from '@cicd/plugin';

/** `each` stands for every item of a list. */
export type PathSegment = string | number | typeof each;
export type DataPath = readonly PathSegment[];

export const each = Symbol('[*]');

const segment = /\.?([^.[\]"\s]+)|\[(\d+)\]|\[\*\]|\["((?:[^"\\]|\\.)*)"\]/y;

/** `items[0].name`, `items[*].price`, `headers["x-id"]`; the empty text and `.` are the value itself. Undefined: no path. */
export function parseDataPath(text: string): DataPath | undefined {
  if (text === '' || text === '.') return [];
  const path: PathSegment[] = [];
  segment.lastIndex = 0;
  while (segment.lastIndex < text.length) {
    const start = segment.lastIndex;
    const match = segment.exec(text);
    if (!match) return undefined;
    const [whole, name, index, quoted] = match;
    // A name follows a dot, unless it is the first of all.
    if (name !== undefined && start > 0 && !whole.startsWith('.')) return undefined;
    if (index !== undefined) path.push(Number(index));
    else if (quoted !== undefined) path.push(quoted.replaceAll(/\\(.)/g, '$1'));
    else path.push(name ?? each);
  }
  return path;
}

/** What lies at a path, or undefined; with `[*]` in it, the list of all that does. */
export function valueAt(value: Json, path: DataPath): Json | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (first === each) {
    if (!Array.isArray(value)) return undefined;
    return (value as readonly Json[]).flatMap((item) => {
      const found = valueAt(item, rest);
      if (found === undefined) return [];
      // Two stars make one list.
      return rest.includes(each) ? found : [found];
    });
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, first)) return undefined;
  const child = (value as JsonObject)[first];
  return child === undefined ? undefined : valueAt(child, rest);
}

/** The value with everything at the path replaced. Undefined when nothing lies there. */
export function withValueAt(value: Json, path: DataPath, replace: (found: Json) => Json): Json | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return replace(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (first === each) {
    if (!Array.isArray(value)) return undefined;
    const items = (value as readonly Json[]).map((item) => withValueAt(item, rest, replace));
    return items.includes(undefined) ? undefined : (items as readonly Json[]);
  }
  if (!Object.hasOwn(value, first)) return undefined;
  const child = (value as JsonObject)[first];
  const replaced = child === undefined ? undefined : withValueAt(child, rest, replace);
  if (replaced === undefined) return undefined;
  if (Array.isArray(value))
    return (value as readonly Json[]).map((item, index) => (index === Number(first) ? replaced : item));
  return { ...(value as JsonObject), [first]: replaced };
}
