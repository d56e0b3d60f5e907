import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it, jest } from '@jest/globals';
import { describeWith } from '@cicd/testbed';
import { scene, type Scene } from './command-line.ts';
import { engineCall, engineObjects } from './engine-objects.ts';

jest.setTimeout(120_000);

const pipeline = `steps:
  - name: before
    type: step.shell_exec
    config: { image: busybox, commands: ['echo before >> effects'] }
  - name: count
    type: step.shell_exec
    config:
      image: busybox
      commands:
        - echo count >> effects
        - 'i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo "line $i"; [ $((i % 20)) -ne 0 ] || sleep 0.2; done'
      artifacts_out: [{ key: effects, path: /workspace/effects }]
`;

describeWith(['podman'], 'on Podman', ({ podman }) => {
  let here: Scene;
  afterEach(() => here.remove());
  const objects = () => {
    const { id } = JSON.parse(readFileSync(path.join(here.dataFolder, 'instance.json'), 'utf8')) as { id: string };
    return engineObjects(podman.socketPath, id);
  };

  it('the doctor names the engine', async () => {
    here = scene({}, { DOCKER_HOST: podman.dockerHost });
    expect((await here.cicd('doctor')).stdout).toContain(`podman ${podman.version}`);
  });

  it('a run whose command was killed goes on, loses nothing and leaves nothing', async () => {
    here = scene({ 'cicd.yaml': pipeline }, { DOCKER_HOST: podman.dockerHost });
    const run = here.start(['run']);
    await run.shows('count | line 40\n');
    run.child.kill('SIGKILL');
    await once(run.child, 'exit');
    expect(await here.cicd('resume')).toMatchObject({ code: 0 });
    const log = (await here.cicd('logs', 'latest', '--step', 'count')).stdout.trim().split('\n');
    expect(log.filter((line) => line.startsWith('line '))).toEqual(
      Array.from({ length: 300 }, (_, index) => `line ${index + 1}`),
    );
    expect((await here.cicd('artifacts', 'latest', 'effects')).stdout).toBe('before\ncount\n');
    expect(await objects()).toEqual({ containers: [], volumes: [], networks: [] });
  });

  it('services beside a step are refused, with what to do', async () => {
    const service = '{ name: db, image: busybox, ready: { port: 80 } }';
    const step = `{ name: test, type: step.shell_exec, config: { image: busybox, commands: [ls], services: [${service}] } }`;
    here = scene({ 'cicd.yaml': `steps:\n  - ${step}\n` }, { DOCKER_HOST: podman.dockerHost });
    const { code, stdout, stderr } = await here.cicd('run');
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/podman sandbox has no services/);
    // The workspace of a run that failed is kept.
    const { containers, volumes } = await objects();
    expect(containers).toEqual([]);
    for (const { Name } of volumes as { Name: string }[])
      await engineCall('DELETE', podman.socketPath, `/volumes/${Name}`);
  });
});
