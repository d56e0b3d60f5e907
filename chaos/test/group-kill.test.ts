import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { observe } from '../src/real/observe.ts';
import { startScript } from '../src/real/start-script.ts';

jest.setTimeout(120_000);

const drive = path.resolve(import.meta.dirname, '../src/real/drive.ts');

const pipeline = (pipe: string) => `
name: deploy
concurrency: { group: deploy }
steps:
  - { name: hold, type: step.shell_exec, config: { image: busybox, commands: ['read word < ${pipe}'] } }
`;

describe('real runs of a concurrency group', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'cicd-group-'));
    mkdirSync(path.join(root, 'project'));
    execFileSync('mkfifo', [path.join(root, 'pipe')]);
    writeFileSync(path.join(root, 'project', 'cicd.yaml'), pipeline(path.join(root, 'pipe')));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const start = (run: string, at?: string) =>
    startScript(
      drive,
      [
        `--run=${run}`,
        `--file=${path.join(root, 'project', 'cicd.yaml')}`,
        `--data=${path.join(root, 'data')}`,
        `--note=${path.join(root, `${run}.note`)}`,
        ...(at === undefined ? [] : [`--at=${at}`]),
      ],
      { cwd: path.join(root, 'project'), env: { ...process.env, HOME: root } },
    );
  const letGo = () => appendFileSync(path.join(root, 'pipe'), 'go\n');

  it.each([
    ['before it looks who is next', 'store.unfinishedOf.before/2'],
    ['before it tells anybody', 'ownership.nudge.before'],
    ['when it has told one of two', 'ownership.nudge.after'],
  ])('go on when the process that held it is killed %s', async (_when, at) => {
    const first = start('one', at);
    await first.shows('step.started hold');
    const second = start('two');
    await second.shows('queued behind one, driven');
    const third = start('three');
    await third.shows('queued behind one, driven');
    letGo();
    expect(await first.end).toMatchObject({ signal: 'SIGKILL' });
    expect(readFileSync(path.join(root, 'one.note'), 'utf8')).toBe(at.split('/')[0]);
    for (const run of [second, third]) {
      await run.shows('step.started hold');
      letGo();
      expect(await run.end).toMatchObject({ code: 0 });
    }
    for (const run of ['one', 'two', 'three']) {
      const { events, left } = await observe(run, { dataFolder: path.join(root, 'data'), sandbox: 'process', env: {} });
      expect(events.at(-1)).toMatchObject({ type: 'run.finished', status: 'succeeded' });
      expect(left).toEqual([]);
    }
  });
});
