import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkHistory } from '../history/check-history.ts';
import type { Observation, Violation } from '../history/observation.ts';
import { observe } from '../real/observe.ts';
import { startScript } from '../real/start-script.ts';
import { showPlacedFault, type PlacedFault } from './engine-fault.ts';
import { enginePipeline } from './engine-pipeline.ts';
import { startEngineProxy, type SeenCall } from './engine-proxy.ts';
import { placesOf } from './places.ts';

const drive = path.join(import.meta.dirname, '../real/drive.ts');
const run = 'disturbed';

export interface EngineTroubleOptions {
  /** The socket of a real engine that has the image busybox. */
  readonly engine: string;
  /** Which of all places of the run are tried. Default: all. */
  choose?(places: readonly PlacedFault[]): readonly PlacedFault[];
  onCase?(result: EngineCase): void;
}

export interface EngineCase {
  readonly place: string;
  /** Whether the run came to that place. */
  readonly struck: boolean;
  readonly violations: readonly Violation[];
}

interface Played {
  readonly observation: Observation;
  readonly calls: readonly SeenCall[];
  readonly struck: boolean;
  readonly problem: string | undefined;
}

/**
 * Runs a small pipeline on a real engine again and again, each time with one fault at one call of the engine, and
 * compares with the run that had none. One process, one data folder and one proxy for each case.
 */
export async function engineTrouble(options: EngineTroubleOptions): Promise<readonly EngineCase[]> {
  const { engine, choose = (places) => places, onCase = () => {} } = options;
  const undisturbed = await play(engine);
  if (undisturbed.problem !== undefined) throw new Error(`the undisturbed run failed: ${undisturbed.problem}`);
  const waiting = [...choose(placesOf(undisturbed.calls))];
  const results: EngineCase[] = [];
  const perform = async () => {
    for (let fault = waiting.shift(); fault; fault = waiting.shift()) {
      const { observation, struck, problem } = await play(engine, fault);
      const violations = [
        ...(problem === undefined ? [] : [{ promise: 'same-end', message: problem } as const]),
        ...checkHistory(observation, undisturbed.observation),
      ];
      const result = { place: showPlacedFault(fault), struck, violations };
      results.push(result);
      onCase(result);
    }
  };
  const ended = await Promise.allSettled([perform(), perform(), perform()]);
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
  return results;
}

async function play(engine: string, fault?: PlacedFault): Promise<Played> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'cicd-engine-'));
  const project = path.join(root, 'project');
  const file = path.join(project, 'cicd.yaml');
  mkdirSync(project);
  writeFileSync(file, enginePipeline);
  writeFileSync(path.join(project, 'main.txt'), 'from the project\n'.repeat(2_000));
  const listen = path.join(root, 'engine.sock');
  const dataFolder = path.join(root, 'data');
  const proxy = await startEngineProxy({ listen, engine, fault });
  try {
    const env = { ...process.env, DOCKER_HOST: `unix://${listen}`, NO_COLOR: '1' };
    const note = `--note=${path.join(root, 'note')}`;
    const args = [`--run=${run}`, `--file=${file}`, `--data=${dataFolder}`, '--sandbox=docker', note];
    const { code, signal, output } = await startScript(drive, args, { cwd: project, env }).end;
    const place = { dataFolder, sandbox: 'docker', env: { ...process.env, DOCKER_HOST: `unix://${engine}` } } as const;
    const observation = await observe(run, place);
    const problem = code === 0 ? undefined : `the process ended with ${code ?? signal}: ${output.slice(-2_000)}`;
    return { observation, calls: proxy.calls, struck: proxy.struck, problem };
  } finally {
    await proxy.close();
    rmSync(root, { recursive: true, force: true });
  }
}
