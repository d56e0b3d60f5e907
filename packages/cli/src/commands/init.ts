import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pipelineSchema } from '@cicd/engine';
import { ConfigError } from '@cicd/plugin';
import { platformSteps } from '@cicd/platform';
import { exitCode } from '../exit.ts';
import { firstPipeline } from '../input/first-pipeline.ts';

/** `cicd init`: writes cicd.yaml, never over an existing one, and beside it the schema that editors check it with. */
export function init(folder: string): number {
  const file = path.join(folder, 'cicd.yaml');
  try {
    writeFileSync(
      file,
      firstPipeline(path.basename(folder), (name) => existsSync(path.join(folder, name))),
      { flag: 'wx' },
    );
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new ConfigError({
      code: 'command.usage',
      message: 'cicd.yaml exists already',
      hint: 'See what is in it with `cicd plan`.',
      cause,
    });
  }
  mkdirSync(path.join(folder, '.cicd'), { recursive: true });
  writeFileSync(
    path.join(folder, '.cicd/pipeline.schema.json'),
    `${JSON.stringify(pipelineSchema(platformSteps()))}\n`,
  );
  process.stdout.write(
    'wrote cicd.yaml, and .cicd/pipeline.schema.json for your editor\n  cicd validate   checks it\n  cicd run        runs it\n',
  );
  return exitCode.ok;
}
