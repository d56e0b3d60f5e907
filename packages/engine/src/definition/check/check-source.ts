import { checkGitRef, CicdError, parseGitAddress, type ErrorCode } from '@cicd/plugin';
import { hasTemplate } from '../../expression/index.ts';
import type { DocumentPath } from '../document-path.ts';
import { isMap } from '../is-map.ts';
import { textEntries } from '../text-entries.ts';
import { checkTemplateAt } from './check-expression-text.ts';
import type { PipelineCheck } from './pipeline-check.ts';

const readers: Readonly<Record<string, { readonly code: ErrorCode; read(text: string): unknown }>> = {
  git: { code: 'git.address_refused', read: parseGitAddress },
  ref: { code: 'git.ref_refused', read: checkGitRef },
};

/** Checks a repository that a pipeline takes its files from: its address and ref as they are written, and its secrets. */
export function checkSource(check: PipelineCheck, source: unknown, path: DocumentPath): void {
  if (!isMap(source)) return;
  const scope = { steps: new Map(), matrix: undefined, isBeforeSteps: true, allowsSecrets: true };
  for (const [name, text] of Object.entries(textEntries(isMap(source['credentials']) ? source['credentials'] : {})))
    checkTemplateAt(check, [...path, 'credentials', name], text, scope, true);
  for (const [key, text] of Object.entries(textEntries(source))) {
    if (hasTemplate(text)) {
      check.problems.report({
        code: 'pipeline.template_refused',
        path: [...path, key],
        message: `\`${key}\` cannot hold a template`,
        hint: 'Write the value itself here.',
      });
      continue;
    }
    const reader = readers[key];
    try {
      reader?.read(text);
    } catch (error) {
      if (!CicdError.isInstance(error)) throw error;
      const { message, hint = '' } = error;
      check.problems.report({ code: reader?.code ?? 'pipeline.wrong_value', path: [...path, key], message, hint });
    }
  }
}
