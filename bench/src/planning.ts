import { compilePlan, parsePipelineFile } from '@cicd/engine';
import { platformSteps } from '@cicd/platform';
import { median, milliseconds, type Benchmark, type Figure } from './benchmark.ts';

type Graph = (index: number) => readonly number[];

/** Fifty layers of a hundred, each step of a layer needing ten of the one before. */
const layered: Graph = (index) =>
  index < 100
    ? []
    : Array.from({ length: 10 }, (_, each) => (Math.floor(index / 100) - 1) * 100 + ((index + each) % 100));

const graphs: Readonly<Record<string, Graph>> = {
  'in a chain': (index) => (index === 0 ? [] : [index - 1]),
  'side by side': () => [],
  'in layers': layered,
};

function pipelineOf(count: number, needs: Graph): string {
  const steps = Array.from(
    { length: count },
    (_, index) =>
      `  - name: s${index}\n    needs: [${needs(index)
        .map((need) => `s${need}`)
        .join(
          ', ',
        )}]\n    type: step.shell_exec\n    config: { image: busybox, commands: ['echo {{ inputs.who }} ${index}'] }\n`,
  );
  return `inputs: { who: { type: string, default: world } }\nsteps:\n${steps.join('')}`;
}

function compile(yaml: string): void {
  const { pipelines, problems } = parsePipelineFile(yaml, { file: 'cicd.yaml', registry: platformSteps() });
  const [definition] = pipelines.values();
  if (!definition || problems.some(({ severity }) => severity === 'error'))
    throw new Error(JSON.stringify(problems.slice(0, 3)));
  const plan = compilePlan(definition);
  if (plan.steps.length === 0) throw new Error('the plan is empty');
}

async function time(yaml: string): Promise<number> {
  // The first round is the compiler's.
  compile(yaml);
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) times.push(await milliseconds(() => compile(yaml)));
  return median(times);
}

/** Parsing, checking and compiling large pipelines, and whether twice the steps cost twice the time. */
export const planning: Benchmark = {
  name: 'planning',
  needsEngine: false,
  async run() {
    const figures: Figure[] = [];
    for (const [shape, needs] of Object.entries(graphs)) {
      const whole = await time(pipelineOf(5_000, needs));
      const half = await time(pipelineOf(2_500, needs));
      figures.push({
        what: `parse, check and compile 5,000 steps ${shape}`,
        measured: `${Math.round(whole)} ms`,
        floor: `2,500 steps: ${Math.round(half)} ms`,
        ratio: whole / half,
        target: '≤ 300 ms, growing linearly',
        reached: whole <= 300 && whole / half < 2.6,
      });
    }
    return figures;
  },
};
