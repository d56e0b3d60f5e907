import path from 'node:path';
import { parseArgs } from 'node:util';
import { compilePlan, createMasker, createRuntime, type PrepareSource, type RunListener } from '@cicd/engine';
import { CicdError } from '@cicd/plugin';
import {
  chooseSandbox,
  createPlatform,
  fillWorkspace,
  findProject,
  loadPipelineFile,
  platformSteps,
  systemClock,
  systemIdentity,
} from '@cicd/platform';
import { watchPort } from '../failpoints/watch-port.ts';
import { crashAt, readCrashPlace } from './crash.ts';

/** Begins a run, or goes on with it, as the command line does; and dies where it is told to. */
const { values } = parseArgs({
  options: {
    run: { type: 'string', default: '' },
    file: { type: 'string', default: '' },
    data: { type: 'string', default: '' },
    sandbox: { type: 'string', default: 'process' },
    /** The failpoint at which it dies: see `readCrashPlace`. */
    at: { type: 'string' },
    /** Where it leaves the failpoint's name, or how many it has passed. */
    note: { type: 'string', default: '' },
  },
});
const { run: id, file, data: dataFolder } = values;
const sandbox = values.sandbox === 'docker' ? 'docker' : 'process';
const pass = crashAt(values.at === undefined ? undefined : readCrashPlace(values.at), values.note);

const { driver } = await chooseSandbox(sandbox, { dataFolder, env: process.env });
const platform = await createPlatform({ dataFolder, sandbox: driver, local: true });
const watchedDriver = watchPort('driver', driver, pass);
const runtime = createRuntime({
  store: watchPort('store', platform.runs, pass),
  ownership: watchPort('ownership', platform.ownership, pass),
  logs: watchPort('logs', platform.logs, pass),
  artifacts: watchPort('artifacts', platform.artifacts, pass),
  sandboxes: () => watchedDriver,
  steps: platform.steps,
  clock: systemClock,
  identity: systemIdentity,
  masker: createMasker,
  local: true,
});
const project = findProject(file);
const source: PrepareSource = async (workspace, _log, signal) => {
  const temporary = path.join(platform.folder.temporary, await platform.ownership.open());
  return { ...(await fillWorkspace(project, workspace, { excluded: [dataFolder], temporary, signal })) };
};

/** What whoever started this process may wait for. */
const listener: RunListener = {
  event: ({ event }) => 'step' in event && process.stdout.write(`${event.type} ${event.step}\n`),
  queued: ({ run, isDriven }) => process.stdout.write(`queued behind ${run}, ${isDriven ? 'driven' : 'left'}\n`),
};

async function begin() {
  const { pipelines, problems } = await loadPipelineFile(file, platformSteps());
  const [definition] = pipelines.values();
  if (!definition) throw new TypeError(JSON.stringify(problems));
  return runtime.start(compilePlan(definition), {
    id,
    project: project.folder,
    actor: 'local:chaos',
    trigger: { type: 'manual' },
    launch: { file, sandbox, network: 'shared', secrets: [], env: [] },
    source,
    listener,
  });
}

async function goOn() {
  try {
    return await runtime.resume(id, { source, listener });
  } catch (error) {
    if (CicdError.isInstance(error) && error.code === 'run.not_found') return begin();
    throw error;
  }
}

await (
  await goOn()
).done;
await platform.close();
await driver.close();
