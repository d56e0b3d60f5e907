import type { DocumentPath } from '../document-path.ts';
import type { ProblemList } from '../problem-list.ts';

/** `environment:` of a pipeline or step is part of the language, and not of this version. */
export function checkEnvironment(environment: unknown, path: DocumentPath, problems: ProblemList): void {
  if (environment === undefined) return;
  problems.report({
    code: 'pipeline.not_available',
    path: [...path, 'environment'],
    at: 'key',
    message: 'environments are not available in this version',
    hint: 'Remove `environment`.',
  });
}
