import { archives } from './archives.ts';
import { artifacts } from './artifacts.ts';
import type { Benchmark, Figure } from './benchmark.ts';
import { bucket } from './bucket.ts';
import { gates } from './gates/gates.ts';
import { images } from './images.ts';
import { logLines } from './log-lines.ts';
import { liveRuns } from './live-runs.ts';
import { masking } from './masking.ts';
import { planning } from './planning.ts';
import { scheduling } from './scheduling.ts';
import { graph, parallelSteps, stepOverhead } from './steps.ts';
import { transitions } from './transitions.ts';

const benchmarks: readonly Benchmark[] = [
  stepOverhead,
  parallelSteps,
  graph,
  planning,
  scheduling,
  transitions,
  liveRuns,
  gates,
  logLines,
  masking,
  artifacts,
  archives,
  bucket,
  images,
];

function line(figure: Figure): string {
  const ratio = figure.ratio === undefined ? '' : ` = ${figure.ratio.toFixed(2)} ×`;
  const floor = figure.floor === undefined ? '' : `  (${figure.floor})`;
  return `  ${figure.reached ? '✓' : '✗'} ${figure.what}: ${figure.measured}${ratio}  to reach: ${figure.target}${floor}`;
}

const wanted = process.argv.slice(2);
const chosen = benchmarks.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
if (chosen.length === 0) {
  console.error(`npm run bench -- [NAME…], of: ${benchmarks.map(({ name }) => name).join(', ')}`);
  process.exitCode = 2;
}
for (const benchmark of chosen) {
  console.log(benchmark.name);
  for (const figure of await benchmark.run()) console.log(line(figure));
}
