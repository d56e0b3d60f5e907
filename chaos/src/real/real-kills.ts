import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkHistory } from '../history/check-history.ts';
import type { Observation, Violation } from '../history/observation.ts';
import { observe, type Place } from './observe.ts';
import { pipeline } from './pipeline.ts';
import { createRandom } from './random.ts';
import { startScript } from './start-script.ts';

const drive = path.join(import.meta.dirname, 'drive.ts');
const commandLine = path.join(import.meta.dirname, '../../../packages/cli/src/main.ts');
/** Cases side by side, in one data folder. */
const atOnce = 2;
/** How often a process is killed before it may end in peace. */
const mostKills = 3;

export interface RealKillsOptions {
  readonly sandbox: 'docker' | 'process';
  readonly cases: number;
  /** The same seed kills at the same places, as far as a real machine allows. */
  readonly seed: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  onCase?(result: RealCase): void;
}

export interface RealCase {
  /** From 0. */
  readonly index: number;
  /** Where each process was killed: a failpoint, or `12 ms`. */
  readonly killedAt: readonly string[];
  /** From the start of the command that resumed the run to its first new event, in milliseconds. */
  readonly resumedAfter: number;
  readonly violations: readonly Violation[];
}

/**
 * Runs a pipeline again and again, kills the process that drives it at a failpoint or at a random moment, up to three
 * times, and lets the command line go on with it.
 */
export async function realKills(options: RealKillsOptions): Promise<readonly RealCase[]> {
  const { sandbox, cases, seed, onCase = () => {} } = options;
  const root = mkdtempSync(path.join(os.tmpdir(), 'cicd-chaos-'));
  const project = path.join(root, 'project');
  const file = path.join(project, 'cicd.yaml');
  mkdirSync(project);
  writeFileSync(file, pipeline);
  writeFileSync(path.join(project, 'main.txt'), 'from the project\n');
  const place: Place = { dataFolder: path.join(root, 'data'), sandbox, env: options.env };
  const env = {
    ...options.env,
    HOME: root,
    CICD_DATA_DIR: place.dataFolder,
    NO_COLOR: '1',
    NODE_COMPILE_CACHE: path.join(root, 'compiled'),
  };
  const noteOf = (run: string) => path.join(root, `${run}.note`);

  const start = (script: string, args: readonly string[]) => startScript(script, args, { cwd: project, env });
  const driver = (run: string, at?: number) =>
    start(drive, [
      `--run=${run}`,
      `--file=${file}`,
      `--data=${place.dataFolder}`,
      `--sandbox=${sandbox}`,
      `--note=${noteOf(run)}`,
      ...(at === undefined ? [] : [`--at=${at}`]),
    ]);

  /** The run left alone, how long it takes, and how many failpoints it passes. */
  const measure = async () => {
    const began = performance.now();
    const { code, output } = await driver('undisturbed').end;
    if (code !== 0) throw new Error(`the undisturbed run failed:\n${output}`);
    const failpoints = Number(readFileSync(noteOf('undisturbed'), 'utf8'));
    return { time: performance.now() - began, failpoints, observation: await observe('undisturbed', place) };
  };

  const killOnce = async (
    run: string,
    random: () => number,
    { time, failpoints }: { time: number; failpoints: number },
  ) => {
    if (random() < 0.7) {
      const { signal } = await driver(run, Math.floor(random() * failpoints)).end;
      return signal === 'SIGKILL' ? readFileSync(noteOf(run), 'utf8') : undefined;
    }
    const moment = Math.round(random() * time);
    const { child, end } = driver(run);
    const timer = setTimeout(() => child.kill('SIGKILL'), moment);
    const { signal } = await end;
    clearTimeout(timer);
    return signal === 'SIGKILL' ? `${moment} ms` : undefined;
  };

  const oneCase = async (index: number, undisturbed: Observation, rest: { time: number; failpoints: number }) => {
    const random = createRandom(seed * 1_000_003 + index);
    const run = `case-${index}`;
    const killedAt: string[] = [];
    const kills = 1 + Math.floor(random() ** 2 * mostKills);
    while (killedAt.length < kills) {
      const at = await killOnce(run, random, rest);
      if (at === undefined) break;
      killedAt.push(at);
    }
    const resumed = await resume(run);
    const observation = await observe(run, place);
    return { index, killedAt, resumedAfter: resumed, violations: checkHistory(observation, undisturbed) };
  };

  /** By the command line, as a person would. A run that never was is begun again. */
  const resume = async (run: string): Promise<number> => {
    const began = Date.now();
    const { code, output } = await start(commandLine, ['resume', run]).end;
    if (output.includes('run.not_found')) {
      const again = await driver(run).end;
      if (again.code !== 0) throw new Error(`${run} could not be begun again:\n${again.output}`);
      return 0;
    }
    if (code !== 0 && !output.includes('run.ended')) throw new Error(`${run} was not resumed: ${code}\n${output}`);
    const { events } = await observe(run, place);
    const first = events.find(({ at }) => at >= began);
    return first ? first.at - began : 0;
  };

  try {
    const { observation, ...rest } = await measure();
    const results: RealCase[] = [];
    let next = 0;
    const perform = async () => {
      while (next < cases) {
        const result = await oneCase(next++, observation, rest);
        results.push(result);
        onCase(result);
      }
    };
    // All of them end before their folder is removed.
    const ended = await Promise.allSettled(Array.from({ length: atOnce }, perform));
    for (const each of ended) if (each.status === 'rejected') throw each.reason;
    return results;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
