import { Type, type TSchemaOptions } from 'typebox';
import { CicdError, parseImageReference, type Problem } from '@cicd/plugin';

/** The name of an image that is no container's of the step: nothing is pulled ahead for it. */
export const ImageName = (options: TSchemaOptions = {}) => Type.String({ minLength: 1, maxLength: 512, ...options });

/** What is wrong with the names in a field; a text that still holds a template is looked at when it has its value. */
export function* referenceProblems(field: string, names: readonly string[]): Generator<Problem> {
  for (const [index, name] of names.entries()) {
    const problem = referenceProblem(`${field}[${index}]`, name);
    if (problem) yield problem;
  }
}

export const referenceProblem = (path: string, name: string): Problem | undefined =>
  name.includes('{{') ? undefined : problemOf(path, () => parseImageReference(name));

/** What a check throws, as a problem of a place. */
export function problemOf(path: string, check: () => unknown): Problem | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!CicdError.isInstance(error)) throw error;
    const { code, message, hint } = error;
    return { code, severity: 'error', message, path, ...(hint !== undefined && { hint }) };
  }
}
