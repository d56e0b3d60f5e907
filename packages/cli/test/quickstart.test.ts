import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { describeWith } from '@cicd/testbed';
import { runCommand } from './command-line.ts';

const example = path.resolve(import.meta.dirname, '../../../examples/01-quickstart');
const data = mkdtempSync(path.join(os.tmpdir(), 'cicd-quickstart-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

/** The quickstart as `npm start` runs it; what it must come to, wherever its steps run. */
async function quickstart(env: Readonly<Record<string, string>>, ...more: string[]): Promise<void> {
  const args = ['run', 'cicd.yaml', '--project', '.', '--data-dir', data];
  const { end } = runCommand([...args, '--json', ...more], { cwd: example, env: { HOME: data, ...env } });
  const { code, stdout, stderr } = await end;
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const run = JSON.parse(stdout) as { id: string; steps: { name: string; status: string }[] };
  expect(run).toMatchObject({ status: 'succeeded', outputs: { answer: '2026-12-01' } });
  expect(run.steps.filter(({ name, status }) => name === 'test' && status === 'succeeded')).toHaveLength(3);
  const listed = await runCommand(['artifacts', run.id, '--data-dir', data], { cwd: example, env: { HOME: data } }).end;
  expect(listed.stdout).toMatch(/^package /);
}

describe('the quickstart', () => {
  it('succeeds in processes', () => quickstart({}, '--sandbox', 'process'), 60_000);
});

describeWith(['engine', 'node'], 'the quickstart, in containers', ({ engine }) => {
  it('succeeds', () => quickstart({ DOCKER_HOST: engine.dockerHost }), 120_000);

  it('takes its input', async () => {
    const args = ['run', 'cicd.yaml', '--project', '.', '--data-dir', data, '--json', '--input', 'working_days=10'];
    const env = { HOME: data, DOCKER_HOST: engine.dockerHost };
    const { stdout } = await runCommand(args, { cwd: example, env }).end;
    expect(JSON.parse(stdout)).toMatchObject({ status: 'succeeded', outputs: { answer: '2026-12-08' } });
  }, 120_000);
});
