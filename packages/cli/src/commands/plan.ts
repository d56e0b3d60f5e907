import path from 'node:path';
import { styleText } from 'node:util';
import { compilePlan } from '@cicd/engine';
import { findPipelineFile } from '@cicd/platform';
import { exitCode } from '../exit.ts';
import { assignments } from '../input/assignments.ts';
import { loadDefinition } from '../input/load-definition.ts';
import { planReport } from '../output/plan-report.ts';

/** `cicd plan`: what a run would do, with the digest that identifies it. */
export async function plan(
  named: string | undefined,
  pipeline: string | undefined,
  options: { readonly input?: readonly string[]; readonly json?: boolean },
): Promise<number> {
  const file = findPipelineFile(process.cwd(), named);
  const shown = named ?? path.relative(process.cwd(), file);
  const definition = await loadDefinition(file, shown, pipeline);
  const compiled = compilePlan(definition, { inputs: assignments('input', options.input) });
  const text = options.json
    ? JSON.stringify(compiled, null, 2)
    : planReport(compiled, (format, words) => styleText(format, words, { stream: process.stdout }));
  process.stdout.write(`${text}\n`);
  return exitCode.ok;
}
