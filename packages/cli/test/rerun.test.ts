import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { describeWith } from '@cicd/testbed';
import { scene, type Scene } from './command-line.ts';
import { engineObjects, startedContainers } from './engine-objects.ts';

// Twenty containers one after the other, on a machine that may be busy.
const limit = 240_000;

interface PrintedRun {
  readonly id: string;
  readonly status: string;
  readonly steps: readonly {
    readonly key: string;
    readonly status: string;
    readonly attempt: number;
    readonly reused?: true;
  }[];
}

let current: Scene | undefined;
afterEach(() => {
  current?.remove();
  current = undefined;
});

const shell = (name: string, ...commands: string[]) =>
  `  - { name: ${name}, type: step.shell_exec, config: { image: busybox, commands: ${JSON.stringify(commands)} } }\n`;

describe('cicd rerun, in processes', () => {
  const open = (steps: string) =>
    (current = scene({ 'cicd.yaml': `name: repair\nsteps:\n${steps}`, 'input.txt': 'old\n' }));
  const run = async (opened: Scene, ...args: string[]) => {
    const { code, stdout, stderr } = await opened.cicd(...args, '--json');
    return { code, stderr, run: JSON.parse(stdout) as PrintedRun };
  };
  const stateOf = ({ steps }: PrintedRun) =>
    steps.map(({ key, status, attempt, reused }) => `${key} ${status} ${attempt}${reused ? ' reused' : ''}`);

  it(
    'reuses what ended well, in the workspace as it stands; the old attempt stays readable',
    async () => {
      const opened = open(
        shell('make', 'echo $$ > made') +
          shell('check', 'cat made', 'echo attempt $CICD_ATTEMPT', 'test "$CICD_ATTEMPT" = 2'),
      );
      const failed = await run(opened, 'run', '--sandbox', 'process');
      expect(failed.code).toBe(1);
      const again = await run(opened, 'rerun', failed.run.id);
      expect(again).toMatchObject({ code: 0, run: { id: failed.run.id, status: 'succeeded' } });
      expect(stateOf(again.run)).toEqual(['make succeeded 1 reused', 'check succeeded 2']);
      const log = async (attempt: string) =>
        (await opened.cicd('logs', failed.run.id, '--step', 'check', '--attempt', attempt)).stdout;
      expect(await log('1')).toContain('attempt 1');
      expect(await log('2')).toContain('attempt 2');
      expect((await log('1')).split('\n')[0]).toBe((await log('2')).split('\n')[0]);
    },
    limit,
  );

  it(
    'goes by the files and the pipeline of today with --update',
    async () => {
      const opened = open(shell('make', 'echo made > made') + shell('check', 'cat input.txt', 'grep -q new input.txt'));
      const failed = await run(opened, 'run', '--sandbox', 'process');
      expect(failed.code).toBe(1);
      writeFileSync(path.join(opened.folder, 'input.txt'), 'new\n');
      expect((await run(opened, 'rerun', 'latest')).code).toBe(1);
      const updated = await run(opened, 'rerun', 'latest', '--update');
      expect(stateOf(updated.run)).toEqual(['make succeeded 1 reused', 'check succeeded 3']);
      writeFileSync(
        path.join(opened.folder, 'cicd.yaml'),
        `name: repair\nsteps:\n${shell('make', 'echo otherwise > made')}${shell('check', 'grep -q otherwise made')}`,
      );
      const changed = await run(opened, 'rerun', 'latest', '--update');
      expect(stateOf(changed.run)).toEqual(['make succeeded 2', 'check succeeded 4']);
    },
    limit,
  );

  it(
    'begins with a new workspace with --clean',
    async () => {
      const opened = open(
        shell('make', 'test ! -e made', 'echo made > made') + shell('check', 'test "$CICD_ATTEMPT" = 2'),
      );
      await run(opened, 'run', '--sandbox', 'process');
      const clean = await run(opened, 'rerun', 'latest', '--clean');
      expect(clean.stderr).toContain('attempt 2 of the run');
      expect(stateOf(clean.run)).toEqual(['make succeeded 2', 'check succeeded 2']);
    },
    limit,
  );

  it(
    'says how to go on, and lists what is kept',
    async () => {
      const opened = open(shell('breaks', 'exit 1'));
      const failed = await opened.cicd('run', '--sandbox', 'process');
      expect(failed.stdout).toMatch(
        /failed in .*; run what failed again: cicd rerun [0-9a-f]{16}, with your changes: --update\n$/,
      );
      expect((await opened.cicd('runs')).stdout).toContain('workspace kept');
      expect(existsSync(opened.dataFolder)).toBe(true);
    },
    limit,
  );

  it(
    'is refused for a run that there is not, and for a step that it has not',
    async () => {
      const opened = open(shell('breaks', 'exit 1'));
      await opened.cicd('run', '--sandbox', 'process');
      expect(await opened.cicd('rerun', 'abcd1234')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('run.not_found'),
      });
      expect(await opened.cicd('rerun', 'latest', '--from', 'nobody')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('run.step_unknown'),
      });
    },
    limit,
  );
});

describeWith(['engine', 'busybox'], 'cicd rerun, in containers', ({ engine }) => {
  it(
    'of twenty steps that failed at the nineteenth starts two containers, and leaves nothing behind',
    async () => {
      const steps = Array.from({ length: 20 }, (_, at) =>
        shell(`s${at + 1}`, at === 18 ? 'test "$CICD_ATTEMPT" = 2' : 'true'),
      );
      const opened = (current = scene(
        { 'cicd.yaml': `steps:\n${steps.join('')}` },
        { DOCKER_HOST: engine.dockerHost },
      ));
      expect((await opened.cicd('run')).code).toBe(1);
      const { id } = JSON.parse(readFileSync(path.join(opened.dataFolder, 'instance.json'), 'utf8')) as { id: string };
      expect((await engineObjects(engine.socketPath, id)).volumes).toHaveLength(1);
      const since = Date.now();
      expect((await opened.cicd('rerun', 'latest')).code).toBe(0);
      expect(await startedContainers(engine.socketPath, id, since)).toEqual(['s19', 's20']);
      expect(await engineObjects(engine.socketPath, id)).toEqual({ containers: [], volumes: [], networks: [] });
    },
    limit,
  );
});
