import path from 'node:path';
import { findPipelineFile, loadPipelineFile, platformSteps } from '@cicd/platform';
import { exitCode } from '../exit.ts';
import { printProblems } from '../output/print-problems.ts';

export async function validate(named: string | undefined, options: { readonly json?: boolean }): Promise<number> {
  const file = findPipelineFile(process.cwd(), named);
  const shown = named ?? path.relative(process.cwd(), file);
  const { pipelines, problems } = await loadPipelineFile(file, platformSteps(), shown);
  if (options.json) process.stdout.write(`${JSON.stringify({ problems }, null, 2)}\n`);
  else if (problems.length > 0) printProblems(problems, process.stdout);
  else process.stdout.write(`${shown}: ${[...pipelines.keys()].join(', ')}: no problems\n`);
  return problems.some(({ severity }) => severity === 'error') ? exitCode.usage : exitCode.ok;
}
