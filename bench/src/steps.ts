import { comparedTime, median, milliseconds, type Benchmark } from './benchmark.ts';
import { dockerRun, pipelineProject, shellPipeline } from './command.ts';

const rounds = 9;
const further = 10;

/** Alternates the contestants, so that what else the machine does meets all of them. */
async function alternate(...contestants: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const times: number[][] = contestants.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contestant] of contestants.entries()) times[index]?.push(await milliseconds(contestant));
  }
  return times.map(median);
}

const sequence = (count: number) =>
  shellPipeline(Array.from({ length: count }, (_, index) => ({ name: `s${index}`, command: 'true' })));

/** The whole command for one trivial step, and what each further one adds. */
export const stepOverhead: Benchmark = {
  name: 'steps',
  needsEngine: true,
  async run() {
    const one = pipelineProject(sequence(1));
    const many = pipelineProject(sequence(1 + further));
    await Promise.all([one.run(), many.run()]);
    const [docker = 0, first = 0, all = 0] = await alternate(() => dockerRun('true'), one.run, many.run);
    one.remove();
    many.remove();
    const floor = { name: 'docker run --rm', time: docker };
    return [
      comparedTime('run of one trivial step, whole command', first, floor, 1.5),
      comparedTime('each further sequential step', (all - first) / further, floor, 0.65),
    ];
  },
};

/** Twenty steps at once against twenty `docker run` in sequence. */
export const parallelSteps: Benchmark = {
  name: 'parallel',
  needsEngine: true,
  async run() {
    const names = Array.from({ length: 20 }, (_, index) => `p${index}`);
    const project = pipelineProject(shellPipeline(names.map((name) => ({ name, needs: [], command: 'true' }))));
    await project.run();
    const parallel = [
      await milliseconds(project.run),
      await milliseconds(project.run),
      await milliseconds(project.run),
    ];
    const docker = await milliseconds(async () => {
      for (const _ of names) await dockerRun('true');
    });
    project.remove();
    return [
      comparedTime(
        '20 parallel steps',
        median(parallel),
        { name: 'twenty docker run in sequence', time: docker },
        0.65,
      ),
    ];
  },
};

/** a (1 s) → c (8 s) beside b (8 s): nine seconds when nothing waits for what it does not need. */
export const graph: Benchmark = {
  name: 'graph',
  needsEngine: true,
  async run() {
    const project = pipelineProject(
      shellPipeline([
        { name: 'a', needs: [], command: 'sleep 1' },
        { name: 'b', needs: [], command: 'sleep 8' },
        { name: 'c', needs: ['a'], command: 'sleep 8' },
      ]),
    );
    const time = await milliseconds(project.run);
    project.remove();
    return [comparedTime('a(1 s) → c(8 s) beside b(8 s)', time, { name: 'ideal', time: 9_000 }, 9.5 / 9)];
  },
};
