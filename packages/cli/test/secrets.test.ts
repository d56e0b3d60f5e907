import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand, scene, type CommandEnd, type Scene } from './command-line.ts';

const value = 'correct-horse-battery-staple';

const pipeline = `
name: needs
steps:
  - name: show
    type: step.shell_exec
    config:
      image: busybox
      env: { TOKEN: '{{ secrets.TOKEN }}' }
      commands: ['printf %s "$TOKEN" | wc -c', 'echo "it is $TOKEN"', 'test ! -e "$CICD_WORKSPACE/broken"']
`;

let project: Scene;
beforeEach(() => {
  project = scene({ 'cicd.yaml': pipeline });
});
afterEach(() => project.remove());

/** What a person would pipe into `cicd secrets set`. */
const set = (name: string, input: string): Promise<CommandEnd> =>
  runCommand(['secrets', 'set', name], { cwd: project.folder, env: project.env, input }).end;
const run = (...args: string[]) => project.cicd('run', '--sandbox', 'process', ...args);

describe('cicd secrets', () => {
  it('keeps a value that comes by a pipe or a file, and gives it to runs, masked in their logs', async () => {
    expect(await set('TOKEN', `${value}\n`)).toMatchObject({ code: 0, stdout: 'TOKEN is set, version 1\n' });
    const { code, stdout, stderr } = await run();
    expect(stderr).not.toContain(value);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain(`${value.length}`);
    expect(stdout).toContain('it is ***');
    expect(stdout).not.toContain(value);

    writeFileSync(path.join(project.folder, 'token.txt'), 'another value');
    expect(await project.cicd('secrets', 'set', 'TOKEN', '--from-file', 'token.txt')).toMatchObject({
      stdout: 'TOKEN is set, version 2\n',
    });
    expect((await run()).stdout).toContain('13');
  });

  it('shows names, versions and changes, and never a value', async () => {
    await set('TOKEN', value);
    const { stdout } = await project.cicd('secrets', 'list', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ project: project.folder, secrets: [{ name: 'TOKEN', version: 1 }] });
    const listed = await project.cicd('secrets', 'list');
    expect(listed.stdout).toMatch(/^TOKEN {2}version 1 {2}\d{4}-.*Z {2}local:/);
    expect(stdout + listed.stdout).not.toContain(value);
  });

  it('goes before a secret of the command line, and says so', async () => {
    await set('TOKEN', value);
    const { stdout, stderr } = await project.start(['run', '--sandbox', 'process', '--secret', 'TOKEN'], {
      TOKEN: 'from the environment',
    }).end;
    expect(stdout).toContain(`${value.length}`);
    expect(stderr).toContain('--secret TOKEN: the project has one of that name');
  });

  it('is read anew when a run goes on', async () => {
    await set('TOKEN', value);
    writeFileSync(path.join(project.folder, 'broken'), '');
    expect((await run()).code).toBe(1);
    await set('TOKEN', 'changed since');
    const { stdout } = await project.cicd('rerun', 'latest');
    expect(stdout).toContain('13');
    expect(stdout).not.toContain('changed since');
  });

  it('removes one; a run that needs it is refused before anything starts', async () => {
    await set('TOKEN', value);
    expect(await project.cicd('secrets', 'remove', 'TOKEN')).toMatchObject({ code: 0 });
    expect(await run()).toMatchObject({ code: 2, stderr: expect.stringContaining('TOKEN') });
    expect(await project.cicd('secrets', 'remove', 'TOKEN')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('secret.not_found'),
    });
  });

  it('refuses a value that could not be masked, a name that is none, and more than a secret holds', async () => {
    expect(await set('PIN', '123')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('secret.too_short'),
    });
    expect(await set('NO-NAME', value)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('secret.name_refused'),
    });
    expect(await set('TOKEN', 'x'.repeat(1_000_000))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('secret.too_long'),
    });
  });

  it('replaces the key; a folder of keys that is elsewhere is needed to read', async () => {
    const keys = { CICD_KEY_FOLDER: path.join(project.dataFolder, '..', 'kept-elsewhere') };
    const environment = { ...project.env, ...keys };
    const piped = { cwd: project.folder, env: environment, input: value };
    expect(await runCommand(['secrets', 'set', 'TOKEN'], piped).end).toMatchObject({ code: 0 });
    expect(await project.start(['secrets', 'rotate-key'], keys).end).toMatchObject({
      code: 0,
      stdout: 'a new key wraps the secrets of 1 project\n',
    });
    expect((await project.start(['run', '--sandbox', 'process'], keys).end).code).toBe(0);
    expect(await run()).toMatchObject({ code: 2, stderr: expect.stringContaining('secret.key_missing') });
  });

  it('leaves no value in the data folder', async () => {
    await set('TOKEN', value);
    await run();
    for (const entry of readdirSync(project.dataFolder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      expect({ file, found: readFileSync(file).includes(value) }).toEqual({ file, found: false });
    }
  });
});
