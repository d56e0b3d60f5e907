import type { ErrorObject } from 'ajv/dist/2020.js';

/**
 * A value that fits no branch of an `anyOf` is reported by ajv once per branch. Keeps the branch that was meant —
 * the only one whose type or constant fits — and otherwise only the union's own error.
 */
export function collapseUnions(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  let rest = errors.filter((error) => error.keyword !== 'if');
  const unions = rest.filter(isUnion).toSorted((a, b) => b.schemaPath.length - a.schemaPath.length);
  for (const union of unions) {
    const inside = (error: ErrorObject) =>
      error !== union &&
      error.schemaPath.startsWith(`${union.schemaPath}/`) &&
      (error.instancePath === union.instancePath || error.instancePath.startsWith(`${union.instancePath}/`));
    const branchErrors = new Map<string, ErrorObject[]>();
    for (const error of rest.filter(inside)) {
      const branch = error.schemaPath.slice(union.schemaPath.length + 1).split('/')[0] ?? '';
      branchErrors.set(branch, [...(branchErrors.get(branch) ?? []), error]);
    }
    const branches = (union.schema as readonly unknown[]).length;
    const meant = [...branchErrors.values()].filter(
      (branch) => !branch.some((error) => error.instancePath === union.instancePath && isShape(error)),
    );
    // A branch without errors is one whose only objections were to templates.
    const fits = branchErrors.size < branches && union.keyword === 'anyOf';
    const kept = new Set<ErrorObject>(fits ? [] : meant.length === 1 ? meant[0] : [union]);
    rest = rest.filter((error) => kept.has(error) || (error !== union && !inside(error)));
  }
  return rest;
}

const isUnion = (error: ErrorObject) => error.keyword === 'anyOf' || error.keyword === 'oneOf';
const isShape = (error: ErrorObject) => ['type', 'const', 'enum', 'anyOf', 'oneOf'].includes(error.keyword);
