/** The roots of an expression's scope. */
export const rootNames = ['inputs', 'steps', 'matrix', 'env', 'run', 'secrets', 'environment'] as const;

/** CEL's own type names, which an expression may compare with: `type(x) == int`. */
export const typeNames = [
  'int',
  'uint',
  'double',
  'bool',
  'string',
  'bytes',
  'list',
  'map',
  'null_type',
  'type',
] as const;

const reserved: ReadonlySet<string> = new Set([...rootNames, ...typeNames]);

/** Names that no step can bear at the root; such a step is read as `steps.NAME`. */
export function isReservedName(name: string): boolean {
  return reserved.has(name);
}
