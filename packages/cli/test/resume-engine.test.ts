import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it, jest } from '@jest/globals';
import { describeWith } from '@cicd/testbed';
import { scene, type RunningCommand, type Scene } from './command-line.ts';
import { engineCall, engineObjects, startedContainers } from './engine-objects.ts';

jest.setTimeout(60_000);

const nothing = { containers: [], volumes: [], networks: [] };

/** A step that leaves its name in the workspace and then does more. */
const step = (name: string, commands: readonly string[] = [], more = '') =>
  `  - { name: ${name}, type: step.shell_exec, config: { image: busybox, commands: ${JSON.stringify([`echo ${name} >> effects`, ...commands])} ${more} } }\n`;

const keepEffects = ', artifacts_out: [{ key: effects, path: /workspace/effects }]';

describeWith(['engine', 'busybox'], 'a run whose command was killed, in containers', ({ engine }) => {
  let current: Scene | undefined;
  afterEach(() => {
    current?.remove();
    current = undefined;
  });

  const open = (steps: string) => {
    const opened = (current = scene({ 'cicd.yaml': `steps:\n${steps}` }, { DOCKER_HOST: engine.dockerHost }));
    const began = Date.now();
    const instance = () =>
      (JSON.parse(readFileSync(path.join(opened.dataFolder, 'instance.json'), 'utf8')) as { id: string }).id;
    return {
      ...opened,
      objects: () => engineObjects(engine.socketPath, instance()),
      starts: () => startedContainers(engine.socketPath, instance(), began),
      effects: async () => (await opened.cicd('artifacts', 'latest', 'effects')).stdout.trim().split('\n'),
      logOf: async (name: string) => (await opened.cicd('logs', 'latest', '--step', name)).stdout.trim().split('\n'),
      async container(name: string) {
        const { containers } = await engineObjects(engine.socketPath, instance());
        return containers.find(({ Labels }) => Labels['cicd.step'] === name)?.Id ?? '';
      },
    };
  };
  const kill = async (run: RunningCommand, when: string) => {
    await run.shows(when);
    run.child.kill('SIGKILL');
    await once(run.child, 'exit');
  };

  it('while its log streams: no line is lost, none is there twice, and no step runs twice', async () => {
    const count = 'i=0; while [ $i -lt 600 ]; do i=$((i+1)); echo "line $i"; [ $((i % 40)) -ne 0 ] || sleep 0.1; done';
    const opened = open(step('before') + step('count', [count]) + step('after', [], keepEffects));
    await kill(opened.start(['run']), 'count | line 80\n');
    await kill(opened.start(['resume']), 'count | line 240\n');
    expect(await opened.cicd('resume')).toMatchObject({ code: 0 });
    expect(await opened.logOf('count')).toEqual(Array.from({ length: 600 }, (_, index) => `line ${index + 1}`));
    expect(await opened.effects()).toEqual(['before', 'count', 'after']);
    expect(await opened.starts()).toEqual(['before', 'count', 'after']);
    expect(await opened.objects()).toEqual(nothing);
  });

  it('at its beginning and between steps, again and again', async () => {
    const names = ['s1', 's2', 's3', 's4', 's5'];
    const opened = open(names.map((name) => step(name)).join('') + step('last', [], keepEffects));
    await kill(opened.start(['run']), 'cicd  ');
    await kill(opened.start(['resume']), '● s1');
    await kill(opened.start(['resume']), '✓ s2');
    await kill(opened.start(['resume']), '✓ s4');
    expect(await opened.cicd('resume')).toMatchObject({ code: 0, stdout: expect.stringContaining('succeeded in') });
    expect(await opened.effects()).toEqual([...names, 'last']);
    expect(await opened.starts()).toEqual([...names, 'last']);
    expect(await opened.objects()).toEqual(nothing);
  });

  it('while a step ends alone: it is harvested', async () => {
    const opened = open(step('short', ['echo under way', 'sleep 1', 'echo done']) + step('last', [], keepEffects));
    await kill(opened.start(['run']), 'short | under way');
    await engineCall('POST', engine.socketPath, `/containers/${await opened.container('short')}/wait`);
    expect(await opened.cicd('resume')).toMatchObject({ code: 0 });
    expect(await opened.logOf('short')).toEqual(['under way', 'done']);
    expect(await opened.effects()).toEqual(['short', 'last']);
    expect(await opened.starts()).toEqual(['short', 'last']);
    expect(await opened.objects()).toEqual(nothing);
  });

  it('and whose container is gone asks what became of it', async () => {
    const opened = open(
      step('lost', ['echo under way', '[ "$CICD_ATTEMPT" = 2 ] || sleep 600']) + step('last', [], keepEffects),
    );
    await kill(opened.start(['run']), 'lost | under way');
    await engineCall('DELETE', engine.socketPath, `/containers/${await opened.container('lost')}?force=1`);
    expect(await opened.cicd('resume')).toMatchObject({ code: 3, stdout: expect.stringContaining('cicd resolve') });
    expect(await opened.cicd('resolve', 'latest', 'lost', 'again')).toMatchObject({ code: 0 });
    expect(await opened.cicd('resume')).toMatchObject({ code: 0 });
    expect(await opened.starts()).toEqual(['lost', 'lost', 'last']);
    expect(await opened.objects()).toEqual(nothing);
  });

  it('before it began leaves what the next run cleans up, and an interrupted one is spared', async () => {
    const opened = open(step('slow', ['echo under way', 'sleep 600']) + step('last'));
    await kill(opened.start(['run']), 'slow | under way');
    const interrupted = await opened.objects();
    expect(interrupted.containers.length).toBeGreaterThan(0);
    const other = scene({ 'cicd.yaml': `steps:\n${step('quick')}` }, { DOCKER_HOST: engine.dockerHost });
    expect(await other.start(['run', '--data-dir', opened.dataFolder]).end).toMatchObject({ code: 0 });
    other.remove();
    expect((await opened.objects()).volumes).toEqual(interrupted.volumes);
    const [held] = (await opened.cicd('runs')).stdout.split('\n').filter((line) => line.includes('running'));
    const id = held?.split(' ')[0] ?? '';
    await opened.cicd('cancel', id);
    expect(await opened.cicd('resume', id)).toMatchObject({ code: 130 });
    expect(await opened.objects()).toEqual(nothing);
  });
});
