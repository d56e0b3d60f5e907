import { expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { builtinSteps } from '../src/index.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const readme = await readFile(join(packageFolder, 'README.md'), 'utf8');

it('the example of the README runs', async () => {
  const example = /```ts\n([^]*?)```/.exec(readme)?.[1] ?? '';
  const parameters = ['--conditions=@cicd/source', '--input-type=module-typescript', '--eval', example];
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { cwd: packageFolder });
  expect(stdout).toContain(builtinSteps.map((step) => step.type).join('\n'));
  expect(stdout).toContain('# `step.log`');
});

it('the README names every step', () => {
  for (const { type } of builtinSteps) expect(readme).toContain(`| \`${type}\` `);
});
