import { ConfigError } from '@cicd/plugin';
import type { PipelineDefinition } from '@cicd/engine';
import { loadPipelineFile, platformSteps } from '@cicd/platform';
import { printProblems } from '../output/print-problems.ts';

/** The pipeline that a command means: the one named, else the only one. Warnings are printed, errors thrown. */
export async function loadDefinition(
  file: string,
  shown: string,
  name: string | undefined,
): Promise<PipelineDefinition> {
  const { pipelines, problems } = await loadPipelineFile(file, platformSteps(), shown);
  if (problems.some(({ severity }) => severity === 'error')) {
    throw new ConfigError({ code: 'pipeline.invalid', message: `${shown} has problems`, problems });
  }
  if (problems.length > 0) printProblems(problems, process.stderr);
  const names = [...pipelines.keys()];
  const definition = pipelines.get(name ?? (names.length === 1 ? (names[0] ?? '') : ''));
  if (definition) return definition;
  throw new ConfigError({
    code: 'command.usage',
    message: name === undefined ? `${shown} holds several pipelines` : `${shown} holds no pipeline ${name}`,
    hint: `Name one of: ${names.join(', ')}.`,
  });
}
