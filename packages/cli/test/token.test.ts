import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { scene, type Scene } from './command-line.ts';

let here: Scene;
beforeEach(() => {
  here = scene({});
});
afterEach(() => here.remove());

it('prints a new token alone, lists it without itself, and revokes it', async () => {
  const made = await here.cicd('token', 'create', 'ci-bot', '--lifetime', '24h', '--project', here.folder);
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^cicd_[\w-]{43}\n$/) });
  const [id = ''] = made.stderr.split(':');
  expect(made.stderr).not.toContain(made.stdout.trim());

  const listed = await here.cicd('token', 'list', '--json');
  expect(JSON.parse(listed.stdout)).toMatchObject({
    tokens: [{ id, name: 'ci-bot', role: 'viewer', project: here.folder }],
  });
  expect(await here.cicd('token', 'revoke', id)).toMatchObject({ code: 0 });
  const after = await here.cicd('token', 'list');
  expect(after.stdout).toMatch(new RegExp(`^${id} {2}ci-bot {2}viewer {2}.* {2}revoked `));
  expect(listed.stdout + after.stdout).not.toContain(made.stdout.trim());
});

it('refuses what is no token to be', async () => {
  expect(await here.cicd('token', 'create', 'A B')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('access.token_refused'),
  });
  expect(await here.cicd('token', 'create', 'ci-bot', '--lifetime', '90')).toMatchObject({ code: 2 });
  expect(await here.cicd('token', 'create', 'ci-bot', '--role', 'root')).toMatchObject({ code: 2 });
  expect(await here.cicd('token', 'revoke', 'nothing')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('access.token_not_found'),
  });
});
