import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { compilePlan, parsePipelineFile, type Plan, type RunHandle } from '@cicd/engine';
import { createPlatform, type Platform } from '@cicd/platform';
import { createFakeSandboxDriver } from '@cicd/plugin/testing';
import { milliseconds, type Benchmark, type Figure } from '../benchmark.ts';
import { everyAskingRun } from './asking-runs.ts';

const count = 10_000;
const idleFor = 5_000;
const yaml = `source: none
steps:
  - { name: approve, type: step.gate, workspace: none, config: { approvers: [boss@example.com] } }
  - { name: ship, type: step.set, workspace: none, config: { values: { shipped: true } } }
`;
const deciders = [
  ['ann', 'approve'],
  ['bob', 'reject'],
  ['cem', 'approve'],
] as const;

const open = (dataFolder: string) =>
  createPlatform({ dataFolder, local: true, sandbox: createFakeSandboxDriver({ program: () => {} }) });

function planOf({ steps }: Platform): Plan {
  const [definition] = parsePipelineFile(yaml, { file: 'cicd.yaml', registry: steps }).pipelines.values();
  if (!definition) throw new Error('the pipeline has no definition');
  return compilePlan(definition);
}

/** Runs that reach their gate, and are left there. */
async function begin(platform: Platform): Promise<void> {
  const plan = planOf(platform);
  const batch = 100;
  for (let started = 0; started < count; started += batch) {
    await Promise.all(
      Array.from({ length: batch }, async () => {
        const waits = Promise.withResolvers<void>();
        const handle = await platform.runtime.start(plan, {
          project: 'bench',
          actor: 'local:bench',
          trigger: { type: 'manual' },
          listener: { waits: () => waits.resolve() },
        });
        await waits.promise;
        await handle.leave();
      }),
    );
  }
}

/** Lets several processes decide all gates at once; resolves when each has come to its end. */
async function race(dataFolder: string): Promise<void> {
  const script = fileURLToPath(new URL('decider.ts', import.meta.url));
  const children = deciders.map(([name, verdict]) => {
    const args = [...process.execArgv, script, dataFolder, name, verdict];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    return { child, lines: createInterface({ input: child.stdout }), ended: once(child, 'exit') };
  });
  await Promise.all(children.map(({ lines }) => once(lines, 'line')));
  for (const { child } of children) child.stdin.write('go\n');
  for (const [code] of await Promise.all(children.map(({ ended }) => ended)))
    if (code !== 0) throw new Error(`a decider ended with ${code}`);
}

/** How many of these runs were decided exactly once, and went the way of the decision. */
async function countDecided({ runs }: Platform, ids: readonly string[]): Promise<number> {
  let right = 0;
  for (const id of ids) {
    const events = (await runs.read(id)).map(({ event }) => event);
    const decided = events.filter((event) => event.type === 'step.resumed' && event.step === 'approve');
    const votes = events.filter(({ type }) => type === 'step.vote_cast');
    const [decision] = decided;
    const end = events.find(({ type }) => type === 'run.finished') as { readonly status?: string } | undefined;
    const approved = decision?.type === 'step.resumed' && decision.value?.['approved'] === true;
    if (decided.length === 1 && votes.length === 1 && end?.status === (approved ? 'succeeded' : 'failed')) right += 1;
  }
  return right;
}

/** Many runs that wait for people: over a restart, idle, and decided by several processes at once. */
export const gates: Benchmark = {
  name: 'gates',
  needsEngine: false,
  async run() {
    const dataFolder = mkdtempSync(path.join(os.tmpdir(), 'cicd-bench-gates-'));
    try {
      const first = await open(dataFolder);
      const begun = await milliseconds(() => begin(first));
      await first.close();
      return [
        { what: 'gates reached and left', measured: `${Math.round(begun)} ms`, target: '–', reached: true },
        ...(await afterRestart(dataFolder)),
      ];
    } finally {
      rmSync(dataFolder, { recursive: true, force: true });
    }
  },
};

async function afterRestart(dataFolder: string): Promise<Figure[]> {
  const platform = await open(dataFolder);
  try {
    const ids = await everyAskingRun(platform);
    const handles: RunHandle[] = [];
    const resumed = await milliseconds(async () => {
      for (const id of ids) handles.push(await platform.runtime.resume(id, {}));
    });
    const before = process.cpuUsage();
    await new Promise((resolve) => setTimeout(resolve, idleFor));
    const { user, system } = process.cpuUsage(before);
    const share = (user + system) / 1_000 / idleFor;
    const memory = process.memoryUsage().rss / 2 ** 20;
    const decided = await milliseconds(async () => {
      await race(dataFolder);
      await Promise.all(handles.map(({ done }) => done));
    });
    const right = await countDecided(platform, ids);
    return [
      {
        what: 'pending gates after a restart',
        measured: `${ids.length}`,
        target: `${count}`,
        reached: ids.length === count,
      },
      { what: 'all taken up again', measured: `${Math.round(resumed)} ms`, target: '–', reached: true },
      {
        what: 'idle, share of one core',
        measured: `${(share * 100).toFixed(2)} %`,
        target: '< 1 %',
        reached: share < 0.01,
      },
      {
        what: 'memory of the process',
        measured: `${Math.round(memory)} MB`,
        target: '≤ 500 MB',
        reached: memory <= 500,
      },
      {
        what: `decided exactly once by ${deciders.length} processes that race`,
        measured: `${right} in ${(decided / 1_000).toFixed(1)} s`,
        target: `${count}`,
        reached: right === count,
      },
    ];
  } finally {
    await platform.close();
  }
}
