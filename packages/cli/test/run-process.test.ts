import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { processesNamed } from './processes.ts';
import { scene, type Scene } from './command-line.ts';

// Several commands from their sources, one after the other.
jest.setTimeout(30_000);

let current: Scene | undefined;
const open = (files: Readonly<Record<string, string>>) => (current = scene(files));
afterEach(() => {
  current?.remove();
  current = undefined;
});

const hello = `
name: hello
inputs: { who: { type: string, default: world } }
steps:
  - name: greet
    type: step.shell_exec
    outputs: { length: integer }
    config:
      image: busybox
      commands:
        - echo "hello {{ inputs.who }}" | tee greeting.txt
        - echo "length=$(wc -c < greeting.txt)" >> "$CICD_OUTPUT"
      artifacts_out: [{ key: greeting, path: /workspace/greeting.txt }]
outputs: { length: '{{ steps.greet.length }}' }
`;

const failing = `
name: failing
steps:
  - { name: works, type: step.shell_exec, config: { image: busybox, commands: ['echo all is well'] } }
  - { name: breaks, type: step.shell_exec, config: { image: busybox, commands: ['echo the last words', 'exit 7'] } }
  - { name: never, type: step.log, config: { message: unreachable } }
`;

const nested = `
pipelines:
  ship:
    inputs: { regions: { type: list, default: [eu, us] } }
    steps:
      - name: regions
        type: step.foreach
        config:
          items: '{{ inputs.regions }}'
          as: region
          concurrency: 2
          steps:
            - name: build
              type: step.shell_exec
              outputs: { file: string }
              config:
                image: busybox
                commands:
                  - echo "built for {{ region }}" > built.txt
                  - echo "file=$(cat built.txt)" >> "$CICD_OUTPUT"
                artifacts_out: [{ key: 'built-{{ region }}', path: /workspace/built.txt }]
            - name: check
              type: step.shell_exec
              config: { image: busybox, commands: ['cat built.txt', 'test "{{ region }}" != broken'] }
      - name: announce
        type: step.workflow_call
        config: { pipeline: say, inputs: { text: '{{ steps.regions.results[0].build.file }}' } }
    outputs: { said: '{{ steps.announce.said }}' }
  say:
    inputs: { text: { type: string } }
    steps:
      - { name: log, type: step.log, config: { message: '{{ inputs.text }}' } }
    outputs: { said: 'said {{ inputs.text }}' }
`;

describe('cicd run, with steps inside steps', () => {
  it('runs them, and keeps their logs and artifacts under their keys', async () => {
    const { cicd } = open({ 'cicd.yaml': nested });
    const run = await cicd('run', 'cicd.yaml', 'ship', '--sandbox', 'process');
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('regions.1.check | built for us') });
    expect(run.stdout).toContain('said: said built for eu');
    const [{ id } = { id: '' }] = (JSON.parse((await cicd('runs', '--json')).stdout) as { runs: { id: string }[] })
      .runs;
    expect((await cicd('logs', id, '--step', 'regions.1.check')).stdout).toBe('built for us\n');
    const turn = await cicd('logs', id, '--step', 'regions.0');
    expect(turn.stderr).toBe('── regions.0.build\n── regions.0.check\n');
    expect((await cicd('artifacts', id)).stdout).toMatch(/built-eu[^]*built-us/);
  });

  it('says which of them failed', async () => {
    const { cicd } = open({ 'cicd.yaml': nested });
    const run = await cicd(
      'run',
      'cicd.yaml',
      'ship',
      '--sandbox',
      'process',
      '--input',
      'regions=["eu","broken","us"]',
    );
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('✗ regions.1.check  exit code 1');
    expect(run.stdout).toMatch(/cicd logs \w+ --step regions\.1\.check/);
    expect(run.stdout).not.toContain('inside_failed');
  });
});

describe('cicd run, in processes', () => {
  it('runs, and shows what it did', async () => {
    const { cicd } = open({ 'cicd.yaml': hello });
    const run = await cicd('run', '--sandbox', 'process', '--input', 'who=Ann $(touch x) "quoted"');
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('greet | hello Ann $(touch x) "quoted"') });
    expect(run.stderr).toContain('there is no isolation');
    expect(run.stdout).toMatch(/succeeded in \d/);
  });

  it('keeps runs, logs and artifacts', async () => {
    const { cicd } = open({ 'cicd.yaml': hello });
    const run = JSON.parse((await cicd('run', '--sandbox', 'process', '--json')).stdout) as { id: string };
    expect(run).toMatchObject({
      status: 'succeeded',
      steps: [
        {
          key: 'greet',
          name: 'greet',
          matrix: null,
          status: 'succeeded',
          attempt: 1,
          exit_code: 0,
          outputs: { length: 12 },
          error: null,
        },
      ],
      outputs: { length: 12 },
    });
    const listed = JSON.parse((await cicd('runs', '--json')).stdout) as unknown;
    expect(listed).toEqual({
      runs: [{ id: run.id, status: 'succeeded', pipeline: 'hello', attempt: 1, started_at: expect.any(String) }],
    });
    expect((await cicd('logs', run.id.slice(0, 12), '--step', 'greet')).stdout).toBe(
      'hello world\nstored the artifact greeting\n',
    );
    expect((await cicd('artifacts', 'latest', 'greeting')).stdout).toBe('hello world\n');
    expect((await cicd('artifacts', 'latest')).stdout).toMatch(/^greeting\s+12 B/);
  });

  it('ends with what the failed step said, and exit code 1', async () => {
    const { cicd } = open({ 'cicd.yaml': failing });
    const run = await cicd('run', '--sandbox', 'process');
    expect(run.code).toBe(1);
    const report = run.stdout.slice(run.stdout.lastIndexOf('✗ breaks'));
    expect(report).toMatch(
      /✗ breaks {2}exit code 7\n {2}│ the last words\n[^]*step\.command_failed[^]*cicd logs \S+ --step breaks\n[^]*failed in/,
    );
  });

  it('ends with 124 at the timeout of the pipeline', async () => {
    const { cicd } = open({
      'cicd.yaml': `timeout: 1s\nsteps:\n  - { name: slow, type: step.shell_exec, config: { image: busybox, commands: [sleep 60] } }\n`,
    });
    expect(await cicd('run', '--sandbox', 'process')).toMatchObject({ code: 124 });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('ends its steps at %s, with exit code %d', async (signal, code) => {
    const marker = `sleep 31${code}`;
    const { start } = open({
      'cicd.yaml': `steps:\n  - { name: slow, type: step.shell_exec, config: { image: busybox, commands: ['echo under way', '${marker}'] } }\n`,
    });
    const run = start(['run', '--sandbox', 'process']);
    await run.shows('slow | under way');
    run.child.kill(signal);
    expect(await run.end).toMatchObject({ code });
    expect(processesNamed(marker)).toEqual([]);
  });

  it('masks secrets wherever they show', async () => {
    const yaml = `steps:\n  - { name: leak, type: step.shell_exec, config: { image: busybox, env: { TOKEN: '{{ secrets.TOKEN }}' }, commands: ['echo "it is $TOKEN"', 'printf %s "$TOKEN" | base64'] } }\n`;
    const { start, cicd } = open({ 'cicd.yaml': yaml });
    const run = await start(['run', '--sandbox', 'process', '--secret', 'TOKEN'], { TOKEN: 'correct-horse-battery' })
      .end;
    const everything = run.stdout + run.stderr + (await cicd('logs', 'latest')).stdout;
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('it is ***') });
    expect(everything).not.toContain('correct-horse');
    expect(everything).not.toContain(Buffer.from('correct-horse-battery').toString('base64').slice(0, 12));
  });

  it.each([
    { args: ['run', '--nonsense'], problem: 'unknown option' },
    { args: ['run', 'absent.yaml', '--sandbox', 'process'], problem: 'command.file_not_found' },
    { args: ['run', '--sandbox', 'process', '--input', 'whom=x'], problem: 'who' },
    { args: ['run', '--sandbox', 'process', '--secret', 'A=b'], problem: '@file' },
    { args: ['run', '--sandbox', 'process', '--only', 'gret'], problem: 'run.step_unknown' },
    { args: ['logs', 'zzzz'], problem: 'run.not_found' },
  ])('refuses $args with exit code 2', async ({ args, problem }) => {
    const { cicd } = open({ 'cicd.yaml': hello });
    const run = await cicd(...args);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(problem);
  });

  it('names the way out when no container engine answers', async () => {
    const { start } = open({ 'cicd.yaml': hello });
    const run = await start(['run'], { DOCKER_HOST: 'unix:///nowhere/engine.sock' }).end;
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('--sandbox process') });
  });

  it('falls back to processes where it was allowed to', async () => {
    const { start } = open({ 'cicd.yaml': hello });
    const run = await start(['run', '--sandbox', 'auto'], { DOCKER_HOST: 'unix:///nowhere/engine.sock' }).end;
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('No container engine answers') });
  });
});
