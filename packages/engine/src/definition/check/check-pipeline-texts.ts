import type { StaticStep } from '../../expression/index.ts';
import type { DocumentPath } from '../document-path.ts';
import type { WrittenPipeline } from '../schema/pipeline-schema.ts';
import { textEntries } from '../text-entries.ts';
import { checkTemplateAt } from './check-expression-text.ts';
import { checkSource } from './check-source.ts';
import type { PipelineCheck } from './pipeline-check.ts';

/** Checks the templates that stand outside the steps, and refuses them where none is resolved. */
export function checkPipelineTexts(
  check: PipelineCheck,
  written: Partial<WrittenPipeline>,
  path: DocumentPath,
  steps: ReadonlyMap<string, StaticStep>,
): void {
  const before = { steps: new Map<string, StaticStep>(), matrix: undefined, isBeforeSteps: true };
  // In `env` itself, `env.NAME` is what was there before: the outer variable.
  const inEnv = { ...before, allowsSecrets: true, env: new Set<string>() };
  for (const [name, text] of Object.entries(textEntries(written.env))) {
    checkTemplateAt(check, [...path, 'env', name], text, inEnv, true);
  }
  for (const [name, text] of Object.entries(textEntries(written.outputs))) {
    checkTemplateAt(check, [...path, 'outputs', name], text, { steps, matrix: undefined }, false);
  }
  const { group } = textEntries(written.concurrency);
  if (group !== undefined) checkTemplateAt(check, [...path, 'concurrency', 'group'], group, before, true);
  const { image } = check.defaults;
  if (image !== undefined) checkTemplateAt(check, [...path, 'defaults', 'image'], image, before, true);
  checkSource(check, written.source, [...path, 'source']);
}
