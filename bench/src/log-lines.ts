import { median, milliseconds, type Benchmark } from './benchmark.ts';
import { dockerRun, pipelineProject, shellPipeline } from './command.ts';

const count = 1_000_000;
/** A hundred bytes a line, numbered, so that a missing one shows. */
const command = `seq -f 'line %012.0f ${'x'.repeat(81)}' 1 ${count} 2>/dev/null || awk 'BEGIN { for (i = 1; i <= ${count}; i++) printf "line %012d ${'x'.repeat(81)}\\n", i }'`;

const expected = (index: number) => `line ${String(index).padStart(12, '0')} ${'x'.repeat(81)}`;

/** A million lines through a step: nothing lost, and how long it takes. */
export const logLines: Benchmark = {
  name: 'logs',
  needsEngine: true,
  async run() {
    const project = pipelineProject(shellPipeline([{ name: 'lines', command }]));
    const docker = median([await milliseconds(() => dockerRun('sh', '-c', command))]);
    const time = await milliseconds(() => project.cicd('run', '--sandbox', 'docker', '--json'));
    const log = await project.cicd('logs', 'latest', '--step', 'lines');
    project.remove();
    const lines = log.split('\n');
    let lost = 0;
    for (let index = 1; index <= count; index += 1) if (lines[index - 1] !== expected(index)) lost += 1;
    const speed = log.length / 1_000 / time;
    return [
      { what: 'of 1,000,000 log lines, lost or changed', measured: `${lost}`, target: '0', reached: lost === 0 },
      {
        what: '1,000,000 log lines (100 MB), run to its end',
        measured: `${Math.round(time)} ms, ${Math.round(speed)} MB/s`,
        floor: `docker run: ${Math.round(docker)} ms`,
        ratio: time / docker,
        target: '≥ 25 MB/s',
        reached: speed >= 25,
      },
    ];
  },
};
