import { pipelineSchema } from '@cicd/engine';
import { platformSteps } from '@cicd/platform';
import { exitCode } from '../exit.ts';

export function schema(): number {
  process.stdout.write(`${JSON.stringify(pipelineSchema(platformSteps()), null, 2)}\n`);
  return exitCode.ok;
}
