import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { describeWith } from '@cicd/testbed';
import { runCommand } from './command-line.ts';

const example = path.resolve(import.meta.dirname, '../../../examples/02-container-image');

describeWith(['engine', 'node', 'registry'], 'the example with an image', ({ engine, registry }) => {
  const data = mkdtempSync(path.join(os.tmpdir(), 'cicd-image-'));
  const env = { HOME: data, DOCKER_HOST: engine.dockerHost };
  let id = 'none';
  afterAll(() => {
    const images = [`greeting-test:${id}`, `${registry.open}/greeting:${id}`];
    execFileSync('docker', ['--host', engine.dockerHost, 'image', 'rm', '--force', ...images]);
    rmSync(data, { recursive: true, force: true });
  });

  it('builds, tests inside, pushes, and runs what was pushed', async () => {
    const args = [
      'run',
      'cicd.yaml',
      '--project',
      '.',
      '--data-dir',
      data,
      '--json',
      '--input',
      `registry=${registry.open}`,
    ];
    const { code, stdout, stderr } = await runCommand(args, { cwd: example, env }).end;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const run = JSON.parse(stdout) as { id: string; outputs: { digest: string } };
    id = run.id;
    expect(run.outputs.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    const answer = await fetch(`http://${registry.open}/v2/greeting/manifests/${run.outputs.digest}`, {
      headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
    });
    expect(answer.status).toBe(200);
    const log = async (step: string) =>
      (await runCommand(['logs', id, '--step', step, '--data-dir', data], { cwd: example, env }).end).stdout;
    expect(await log('test')).toContain('pass 1');
    expect(await log('try')).toContain('hello everybody');
    expect(await log('publish')).toContain(run.outputs.digest);
    // The tests were built on it.
    expect(await log('build')).toContain('COPY greeting.js ./: taken from the cache');
  }, 300_000);
});
