import { appendFileSync, cpSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { crash, heldScene, type HeldScene } from './held-scene.ts';

const limit = 30_000;

/** Each step leaves its name in a file beside the project. */
const pipeline = ({ root, hold }: HeldScene) => `
name: held
steps:
  - { name: before, type: step.shell_exec, config: { image: busybox, commands: ['echo before >> ${root}/effects'] } }
  - name: hold
    type: step.shell_exec
    config:
      image: busybox
      commands:
        - echo hold >> ${root}/effects
        - for n in $(seq 1 200); do echo "line $n"; done
        - ${hold}
  - { name: after, type: step.shell_exec, config: { image: busybox, commands: ['echo after >> ${root}/effects'] } }
`;

describe('a run whose command was killed, in processes', () => {
  let current: HeldScene | undefined;
  afterEach(() => {
    current?.remove();
    current = undefined;
  });

  const open = () => {
    const held = heldScene((around) => ({ 'cicd.yaml': pipeline(around) }));
    current = held;
    return { ...held, effects: () => readFileSync(path.join(held.root, 'effects'), 'utf8') };
  };
  const start = async (opened: ReturnType<typeof open>) => {
    const run = opened.start(['run', '--sandbox', 'process']);
    await run.shows('hold | under way');
    return run;
  };

  it(
    'is taken up while its step runs: nothing is done twice, and no line is lost',
    async () => {
      const opened = open();
      await crash(await start(opened));
      const resumed = opened.start(['resume']);
      await resumed.shows('hold | under way');
      opened.letGo('gone on');
      expect(await resumed.end).toMatchObject({ code: 0, stdout: expect.stringMatching(/succeeded in/) });
      expect(opened.effects()).toBe('before\nhold\nafter\n');
      const lines = Array.from({ length: 200 }, (_, index) => `line ${index + 1}`);
      expect((await opened.cicd('logs', 'latest', '--step', 'hold')).stdout.trim().split('\n')).toEqual([
        ...lines,
        'under way',
        'gone on',
      ]);
      expect(opened.left()).toEqual([]);
      expect(await opened.cicd('resume')).toMatchObject({ code: 0, stderr: 'there is nothing to resume\n' });
    },
    limit,
  );

  it(
    'is driven by one command at a time; its step may end while there is none',
    async () => {
      const opened = open();
      const run = await start(opened);
      expect(await opened.cicd('resume', 'latest')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('run.owned'),
      });
      expect(await opened.cicd('resume')).toMatchObject({ code: 0, stderr: 'there is nothing to resume\n' });
      await crash(run);
      opened.letGo('gone on');
      const again = await opened.cicd('resume', 'latest', '--json');
      expect(again.code).toBe(0);
      expect(JSON.parse(again.stdout)).toMatchObject({
        status: 'succeeded',
        steps: [{ attempt: 1 }, { attempt: 1 }, { attempt: 1 }],
      });
      expect(opened.effects()).toBe('before\nhold\nafter\n');
    },
    limit,
  );

  it(
    'is named by the next command; it can be cancelled, and is cleaned up when it is resumed',
    async () => {
      const opened = open();
      await crash(await start(opened));
      appendFileSync(
        path.join(opened.folder, 'other.yaml'),
        'steps: [{ name: a, type: step.log, config: { message: hello } }]\n',
      );
      const other = await opened.cicd('run', 'other.yaml', '--sandbox', 'process', '--json');
      expect(other.stderr).toMatch(/the run \w+ of held did not come to its end: cicd resume \w+/);
      const { id } = JSON.parse(other.stdout) as { id: string };
      const held =
        (await opened.cicd('runs')).stdout
          .split('\n')
          .find((line) => !line.startsWith(id))
          ?.split(' ')[0] ?? '';
      expect(await opened.cicd('resolve', held, 'hold', 'failed')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('run.step_not_lost'),
      });
      expect((await opened.cicd('cancel', held)).stdout).toContain(`cicd resume ${held}`);
      expect(await opened.cicd('resume', held)).toMatchObject({ code: 130 });
      expect(opened.effects()).toBe('before\nhold\n');
      expect(await opened.cicd('cancel', held)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('run.ended'),
      });
    },
    limit,
  );

  it(
    'that lives is cancelled by another command at once',
    async () => {
      const opened = open();
      const run = await start(opened);
      expect(await opened.cicd('cancel', 'latest')).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('asked'),
      });
      const { code, stdout } = await run.end;
      expect({ code, asked: /cancel, asked for by local:/.test(stdout) }).toEqual({ code: 130, asked: true });
    },
    limit,
  );

  it(
    'is not resumed from a copy of its data folder before somebody says what it is',
    async () => {
      const opened = open();
      await crash(await start(opened));
      const copy = path.join(opened.root, 'copy');
      cpSync(opened.dataFolder, copy, { recursive: true });
      expect(await opened.cicd('resume', '--data-dir', copy)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('command.not_at_home'),
      });
      expect((await opened.cicd('doctor', '--data-dir', copy)).stdout).toContain('--new-instance');
      await opened.cicd('doctor', '--data-dir', copy, '--new-instance');
      // What ran belongs to the folder it was copied from.
      const unknown = await opened.cicd('resume', '--data-dir', copy);
      expect(unknown).toMatchObject({
        code: 3,
        stdout: expect.stringMatching(/\? hold: .+\n {2}cicd resolve \w+ hold succeeded\|failed\|again/),
      });
      await opened.cicd('resolve', 'latest', 'hold', 'failed', '--data-dir', copy);
      expect(await opened.cicd('resume', '--data-dir', copy)).toMatchObject({ code: 1 });
      const resumed = opened.start(['resume']);
      await resumed.shows('hold | under way');
      opened.letGo('gone on');
      expect((await resumed.end).code).toBe(0);
      expect(existsSync(copy)).toBe(true);
    },
    limit,
  );
});
