import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { describeWith } from '@cicd/testbed';
import { scene, type Scene } from './command-line.ts';
import { engineGet, engineObjects } from './engine-objects.ts';

const nothing = { containers: [], volumes: [], networks: [] };

const step = (name: string, config: string, more = '') =>
  `  - { name: ${name}, type: step.shell_exec, ${more} config: { image: busybox, ${config} } }\n`;

describeWith(['engine', 'busybox'], 'cicd run, in containers', ({ engine }) => {
  let current: Scene | undefined;
  afterEach(() => {
    current?.remove();
    current = undefined;
  });

  const open = (steps: string) =>
    (current = scene(
      { 'cicd.yaml': `steps:\n${steps}`, 'src/main.txt': 'from the project\n' },
      { DOCKER_HOST: engine.dockerHost },
    ));
  const instanceOf = ({ dataFolder }: Scene) =>
    (JSON.parse(readFileSync(path.join(dataFolder, 'instance.json'), 'utf8')) as { id: string }).id;

  it('runs the project in a container, hands values on, and leaves nothing behind', async () => {
    const opened = open(
      step(
        'read',
        `commands: ['cat src/main.txt', 'echo changed > src/main.txt', 'echo answer=42 >> "$CICD_OUTPUT"']`,
        'outputs: { answer: integer },',
      ) + step('see', `commands: ['cat src/main.txt', 'echo {{ steps.read.answer }}', 'hostname > /dev/null']`),
    );
    const run = await opened.cicd('run', '--json');
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({
      status: 'succeeded',
      steps: [{ outputs: { answer: 42 }, exit_code: 0 }, { exit_code: 0 }],
    });
    expect((await opened.cicd('logs', 'latest', '--step', 'see')).stdout).toBe('changed\n42\n');
    expect(readFileSync(path.join(opened.folder, 'src/main.txt'), 'utf8')).toBe('from the project\n');
    expect(await engineObjects(engine.socketPath, instanceOf(opened))).toEqual(nothing);
  });

  it('ends with the failing output and exit code 1', async () => {
    const opened = open(step('breaks', `commands: ['echo the last words', 'exit 7']`));
    const run = await opened.cicd('run');
    expect(run.code).toBe(1);
    expect(run.stdout.slice(run.stdout.lastIndexOf('✗ breaks'))).toMatch(/exit code 7\n {2}│ the last words\n/);
    expect((await engineObjects(engine.socketPath, instanceOf(opened))).containers).toEqual([]);
  });

  it('leaves no container and no network of a run that waits, and keeps its workspace', async () => {
    const opened = open(
      step('build', `commands: ['echo built > result.txt']`) +
        '  - { name: approve, type: step.gate }\n' +
        step('ship', `commands: ['cat result.txt']`),
    );
    const run = await opened.cicd('run');
    expect(run).toMatchObject({ code: 3, stdout: expect.stringContaining('approve of cicd waits for an approval') });
    const left = await engineObjects(engine.socketPath, instanceOf(opened));
    expect({ ...left, volumes: left.volumes.length }).toEqual({ containers: [], networks: [], volumes: 1 });
  });

  it('shows no secret in the configuration of a container, and labels it', async () => {
    const opened = open(
      step(
        'hold',
        `env: { TOKEN: '{{ secrets.TOKEN }}' }, commands: ['echo "$TOKEN" | wc -c', 'echo under way', 'sleep 60']`,
      ),
    );
    const run = opened.start(['run', '--secret', 'TOKEN'], { TOKEN: 'correct-horse-battery' });
    await run.shows('hold | under way');
    const { containers } = await engineObjects(engine.socketPath, instanceOf(opened));
    const container = containers.find(({ Labels }) => Labels['cicd.step'] === 'hold');
    expect(container?.Labels).toMatchObject({
      'cicd.instance': instanceOf(opened),
      'cicd.run': expect.any(String),
      'cicd.attempt': '1',
    });
    const inspected = JSON.stringify(await engineGet(engine.socketPath, `/containers/${container?.Id}/json`));
    expect(inspected).not.toContain('correct-horse');
    run.child.kill('SIGINT');
    expect((await run.end).code).toBe(130);
  });

  it('leaves no container, volume or network after Ctrl-C', async () => {
    const opened = open(step('slow', `commands: ['echo under way', 'sleep 600']`));
    const run = opened.start(['run']);
    await run.shows('slow | under way');
    run.child.kill('SIGINT');
    expect((await run.end).code).toBe(130);
    expect(await engineObjects(engine.socketPath, instanceOf(opened))).toEqual(nothing);
  });

  it('says so when memory ran out', async () => {
    const opened = open(step('greedy', `memory_limit: 16MiB, commands: ['head -c 200000000 /dev/zero | tail']`));
    const run = await opened.cicd('run', '--json');
    expect(JSON.parse(run.stdout)).toMatchObject({
      status: 'failed',
      steps: [{ error: { code: 'step.out_of_memory' } }],
    });
  });

  it('says which image could not be had', async () => {
    const opened = open(
      step('nowhere', `image: 'registry.invalid/no/such:image', commands: ['true']`).replace('image: busybox, ', ''),
    );
    const run = await opened.cicd('run', '--json');
    expect(run.code).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({
      steps: [{ error: { code: 'sandbox.image_missing', message: expect.stringContaining('registry.invalid') } }],
    });
  });
});
