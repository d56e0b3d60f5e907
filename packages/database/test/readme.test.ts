import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { databaseErrorCodes } from '../src/index.ts';
import { temporaryFolder } from './support.ts';

const home = fileURLToPath(new URL('..', import.meta.url));
const readme = await readFile(join(home, 'README.md'), 'utf8');
const folder = await temporaryFolder();

describe('the README', () => {
  it('has an example that runs', async () => {
    const example = /```ts\n(.*?)```/s.exec(readme)?.[1]?.replaceAll("'data/", `'${folder}/`) ?? '';
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions', '@cicd/source', '--input-type=module-typescript', '--eval', example],
      { cwd: home },
    );
    expect(stdout).toBe("[ { text: 'first' }, { text: 'second' } ]\n");
  });

  it('lists every error', () => {
    const listed = [...readme.matchAll(/^\| `(database\.\w+)`/gm)].map(([, code]) => code);
    expect(new Set(listed)).toEqual(new Set(databaseErrorCodes));
  });
});
