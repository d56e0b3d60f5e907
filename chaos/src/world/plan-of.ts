import { compilePlan, parsePipelineFile, type Plan } from '@cicd/engine';
import type { Scenario } from './scenario.ts';
import { stepsFor } from './steps.ts';

/** The plan of a scenario's pipeline. */
export function planOf({ yaml, name }: Scenario): Plan {
  const registry = stepsFor({ deploy: () => Promise.reject(new TypeError('a plan deploys nothing')) });
  const { pipelines, problems } = parsePipelineFile(yaml, { file: 'cicd.yaml', registry });
  const [definition] = pipelines.values();
  if (!definition || problems.some(({ severity }) => severity === 'error'))
    throw new TypeError(`${name}: ${JSON.stringify(problems)}`);
  return compilePlan(definition);
}
