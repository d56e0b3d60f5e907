import { afterEach, expect, it, jest } from '@jest/globals';
import { describeWith, startSpareEngine, type SpareEngine } from '@cicd/testbed';
import { scene, type Scene } from './command-line.ts';

jest.setTimeout(180_000);

const step = (name: string, commands: readonly string[], more = {}) => ({
  name,
  type: 'step.shell_exec',
  config: { image: 'busybox', commands: [`echo ${name} >> effects`, ...commands], ...more },
});

const afterwards = step('after', [], { artifacts_out: [{ key: 'effects', path: '/workspace/effects' }] });

describeWith(['spare-engine'], 'a run whose container engine is restarted', ({ 'spare-engine': facts }) => {
  let engine: SpareEngine | undefined;
  let current: Scene | undefined;
  afterEach(async () => {
    current?.remove();
    await engine?.remove();
    current = undefined;
    engine = undefined;
  });

  const open = async (work: readonly string[], options: { readonly liveRestore?: boolean } = {}) => {
    const own = (engine = await startSpareEngine(facts, options));
    const file = JSON.stringify({ steps: [step('work', work), afterwards] });
    const opened = (current = scene({ 'cicd.yaml': file }, { DOCKER_HOST: own.dockerHost }));
    return { own, ...opened };
  };

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'with its containers, by %s: what came of the step is unknown, and asked for',
    async (signal) => {
      const { own, cicd, start } = await open(['echo under way', '[ "$CICD_ATTEMPT" = 2 ] || sleep 600']);
      const run = start(['run']);
      await run.shows('under way');
      await own.stop(signal);
      await own.start();
      expect(await run.end).toMatchObject({ code: 3, stdout: expect.stringContaining('cicd resolve') });
      expect(await cicd('resolve', 'latest', 'work', 'again')).toMatchObject({ code: 0 });
      expect(await cicd('resume')).toMatchObject({ code: 0 });
      expect((await cicd('artifacts', 'latest', 'effects')).stdout).toBe('work\nwork\nafter\n');
    },
  );

  it('and its containers outlive it: the run tells of the trouble, waits and goes on', async () => {
    const count =
      'i=0; while [ ! -e stop ]; do i=$((i+1)); echo "line $i"; sleep 0.1; [ $i -lt 80 ] || touch stop; done';
    const { own, cicd, start } = await open([count], { liveRestore: true });
    const run = start(['run']);
    await run.shows('line 5\n');
    await own.stop('SIGTERM');
    await run.shows('trying again in');
    await own.start();
    expect(await run.end).toMatchObject({ code: 0 });
    expect((await cicd('artifacts', 'latest', 'effects')).stdout).toBe('work\nafter\n');
    const log = (await cicd('logs', 'latest', '--step', 'work')).stdout.trim().split('\n');
    expect(log.filter((line) => line.startsWith('line '))).toEqual(
      Array.from({ length: 80 }, (_, index) => `line ${index + 1}`),
    );
  });
});
