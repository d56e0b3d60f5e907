import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { describeWith } from '@cicd/testbed';
import { onTerminal, scene, type Scene } from './command-line.ts';
import { engineGet, engineObjects } from './engine-objects.ts';
import { crash } from './held-scene.ts';

const limit = 60_000;
const secret = 'correct-horse-battery';

let current: Scene | undefined;
afterEach(() => {
  current?.remove();
  current = undefined;
});

const file = (shell: string) => `name: broken
env: { GLOBAL: one }
steps:
  - name: build
    type: step.shell_exec
    config:
      image: busybox
      shell: ${shell}
      env: { PLAIN: "two words, it's", TOKEN: '{{ secrets.TOKEN }}' }
      secret_files: { KEY: '{{ secrets.TOKEN }}' }
      commands: ['echo made > made', 'test -e repaired']
`;

/** A run that has failed in its one step. */
async function failed(env: Readonly<Record<string, string>>, args: readonly string[], shell = 'sh'): Promise<Scene> {
  const opened = (current = scene({ 'cicd.yaml': file(shell) }, { TOKEN: secret, ...env }));
  expect((await opened.cicd('run', '--secret', 'TOKEN', ...args)).code).toBe(1);
  return opened;
}

describe('cicd shell, in processes', () => {
  const process = (shell?: string) => failed({}, ['--sandbox', 'process'], shell);

  it.each(['sh', 'bash'])(
    'runs one command where the step works, with %s, and ends as it does',
    async (shell) => {
      const opened = await process(shell);
      const command = 'cat made; echo "$GLOBAL|$PLAIN|$TOKEN|$KEY|$CICD_STEP"; false; exit 6';
      const plain = await opened.cicd('shell', 'latest', 'build', '-c', command);
      expect(plain).toMatchObject({ code: 6, stdout: "made\none|two words, it's|||build\n" });
      expect(plain.stderr).toMatch(/without TOKEN, KEY: .*--with-secrets/);
      expect(plain.stderr).not.toContain(secret);
      const given = await opened.cicd('shell', 'latest', 'build', '--with-secrets', '-c', 'echo $TOKEN; cat $KEY');
      expect(given).toMatchObject({ code: 0, stdout: `${secret}\n${secret}` });
    },
    limit,
  );

  it(
    'leaves what it changed for the rerun, and is refused when the workspace is gone',
    async () => {
      const opened = await process();
      expect((await opened.cicd('shell', 'latest', 'build', '-c', 'touch repaired')).code).toBe(0);
      expect((await opened.cicd('runs')).stdout).toMatch(/failed .*workspace kept/);
      expect((await opened.cicd('rerun', 'latest')).code).toBe(0);
      expect(await opened.cicd('shell', 'latest', 'build', '-c', 'true')).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/run\.workspace_gone[^]*--clean/),
      });
    },
    limit,
  );

  it(
    'says what it needs: a terminal, and a sandbox that has some',
    async () => {
      const opened = await process();
      const piped = await opened.cicd('shell', 'latest', 'build');
      expect(piped).toMatchObject({ code: 2, stderr: expect.stringMatching(/command\.usage[^]* -c /) });
      const typed = onTerminal(opened, ['shell', 'latest', 'build']);
      const { code, stdout } = await typed.end;
      expect(code).toBe(2);
      expect(stdout).toContain('sandbox.unsupported');
      const folder = /cd (\S+)/.exec(stdout)?.[1] ?? '';
      expect(existsSync(path.join(folder, 'made'))).toBe(true);
    },
    limit,
  );
});

describeWith(['engine', 'busybox', 'debian'], 'cicd shell, in containers', ({ engine }) => {
  const open = () => failed({ DOCKER_HOST: engine.dockerHost }, []);
  const instanceOf = ({ dataFolder }: Scene) =>
    (JSON.parse(readFileSync(path.join(dataFolder, 'instance.json'), 'utf8')) as { id: string }).id;
  const leftOf = async (opened: Scene) => {
    const { containers, volumes, networks } = await engineObjects(engine.socketPath, instanceOf(opened));
    return { containers: containers.length, volumes: volumes.length, networks: networks.length };
  };
  /** The workspace, and nothing else. */
  const workspaceAlone = { containers: 0, volumes: 1, networks: 0 };

  it(
    'shows a prompt, what is typed and what comes of it, and ends as its shell does',
    async () => {
      const opened = await open();
      const { child, shows, end } = onTerminal(opened, ['shell', 'latest', 'build'], { TERM: 'dumb' });
      await shows('/workspace # ');
      child.stdin?.write('echo "it is $PLAIN" && ls\r');
      await shows("it is two words, it's");
      await shows('made');
      child.stdin?.write('touch repaired; exit 9\r');
      expect((await end).code).toBe(9);
      expect(await leftOf(opened)).toEqual(workspaceAlone);
      expect((await opened.cicd('rerun', 'latest')).code).toBe(0);
    },
    limit,
  );

  it(
    'hands Ctrl-C to the command, and the window’s size to the terminal',
    async () => {
      const opened = await open();
      const { child, shows, end } = onTerminal(opened, ['shell', 'latest', 'build'], { TERM: 'dumb' });
      await shows('/workspace # ');
      child.stdin?.write('stty size; sleep 600 || echo "ended by $?"\r');
      await shows('24 80');
      child.stdin?.write('\x03');
      child.stdin?.write('echo still "$((40 + 2))"; exit 3\r');
      await shows('still 42');
      expect((await end).code).toBe(3);
      expect(await leftOf(opened)).toEqual(workspaceAlone);
    },
    limit,
  );

  it(
    'whose terminal was killed is cleaned up by the next command',
    async () => {
      const opened = await open();
      const running = opened.start(['shell', 'latest', 'build', '-c', 'echo under way; sleep 600']);
      await running.shows('under way');
      await crash(running);
      expect((await leftOf(opened)).containers).toBeGreaterThan(0);
      opened.write({ 'other.yaml': 'steps: [{ name: a, type: step.log, config: { message: hello } }]\n' });
      expect((await opened.cicd('run', 'other.yaml')).code).toBe(0);
      expect(await leftOf(opened)).toEqual(workspaceAlone);
    },
    limit,
  );

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'shows no secret to who inspects the container, and leaves none of it after %s',
    async (signal) => {
      const opened = await open();
      const running = opened.start(['shell', 'latest', 'build', '--with-secrets', '-c', 'echo under way; sleep 600']);
      await running.shows('under way');
      const { containers } = await engineObjects(engine.socketPath, instanceOf(opened));
      const container = containers.find(({ Labels }) => Labels['cicd.step'] === 'build.shell');
      const inspected = JSON.stringify(await engineGet(engine.socketPath, `/containers/${container?.Id}/json`));
      expect(inspected).toContain('no-new-privileges');
      expect(inspected).not.toContain(secret);
      running.child.kill(signal);
      expect((await running.end).code).toBe({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
      expect(await leftOf(opened)).toEqual(workspaceAlone);
    },
    limit,
  );
});
