import { afterAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'cicd-artifact-readme-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

it('the example of the README runs', async () => {
  const readme = await readFile(join(packageFolder, 'README.md'), 'utf8');
  const example = /```ts\n([^]*?)```/.exec(readme)?.[1]?.replace("'./artifacts'", JSON.stringify(folder)) ?? '';
  const parameters = ['--conditions=@cicd/source', '--input-type=module-typescript', '--eval', example];
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { cwd: packageFolder });
  expect(stdout).toMatch(/^reports\/unit\.xml 12 [0-9a-f]{64}\n<testsuite\/>$/);
});
