import path from 'node:path';
import { styleText } from 'node:util';
import { compilePlan } from '@cicd/engine';
import { dataFolderPath, findPipelineFile, findProject, grantsOfFolder, judgePlan } from '@cicd/platform';
import { exitCode } from '../exit.ts';
import { assignments } from '../input/assignments.ts';
import { loadDefinition } from '../input/load-definition.ts';
import { planReport } from '../output/plan-report.ts';

/** `cicd plan`: what a run would do, with the digest that identifies it. */
export async function plan(
  named: string | undefined,
  pipeline: string | undefined,
  options: {
    readonly input?: readonly string[];
    readonly project?: string;
    readonly dataDir?: string;
    readonly json?: boolean;
  },
): Promise<number> {
  const file = findPipelineFile(process.cwd(), named);
  const shown = named ?? path.relative(process.cwd(), file);
  const definition = await loadDefinition(file, shown, pipeline);
  const compiled = compilePlan(definition, { inputs: assignments('input', options.input) });
  const settings = path.join(dataFolderPath({ flag: options.dataDir, env: process.env }), 'settings.yaml');
  const privileges = await judgePlan(compiled, findProject(file, options.project).folder, grantsOfFolder({ settings }));
  const text = options.json
    ? JSON.stringify({ ...compiled, privileges }, null, 2)
    : planReport(compiled, privileges, (format, words) => styleText(format, words, { stream: process.stdout }));
  process.stdout.write(`${text}\n`);
  return exitCode.ok;
}
