import { apiDocument } from '@cicd/server';
import { pipelineSchema } from '@cicd/engine';
import { stepPage } from '@cicd/plugin';
import { platformSteps } from '@cicd/platform';
import { errorPage } from './error-page.ts';

/** Everything that is generated from the code: path in the repository → text, before formatting. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const steps = platformSteps();
  const files = new Map<string, string>([
    ['docs/errors.md', errorPage()],
    ['apps/server/openapi.json', JSON.stringify(apiDocument())],
    ['docs/pipeline.schema.json', JSON.stringify(pipelineSchema(steps))],
  ]);
  for (const type of steps.types())
    files.set(`docs/steps/${type.replace(/^step\./, '')}.md`, stepPage(steps.get(type)));
  return files;
}
