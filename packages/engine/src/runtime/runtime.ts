import { availableParallelism } from 'node:os';
import { ConfigError, type JsonObject, type SandboxDriver } from '@cicd/plugin';
import type { Plan } from '../plan/plan.ts';
import type { RunCommand } from '../run/commands.ts';
import { carryOut } from '../run/carry-out.ts';
import type { RunCreated } from '../run/events.ts';
import { beginRun } from '../run/evolve.ts';
import { keptSteps } from '../run/kept-steps.ts';
import { selectSteps } from '../run/selection.ts';
import { runEnded, runLocal, runNotEnded } from '../store/run-errors.ts';
import type { RunClaim } from '../store/run-store.ts';
import { claimRun } from './claim-run.ts';
import { concurrencyOf } from './concurrency.ts';
import { createFairPool } from './fair-pool.ts';
import { loadRun, type LoadedRun } from './load-run.ts';
import { createSoleOwnership } from './ownership.ts';
import type { DriveOptions, RerunOptions, RunHandle, RunOptions, RuntimePorts } from './ports.ts';
import { driveRun } from './run-driver.ts';
import { createRunValues } from './run-values.ts';
import { openShell, type RunShell, type ShellOptions } from './shell/open-shell.ts';
import { summarise } from './summary.ts';

/** Performs runs. */
export interface Runtime {
  /**
   * Records a new run and drives it. Resolves when the run is durable.
   * Errors: `run.exists`, `run.secret_missing`, `run.step_unknown`.
   */
  start(plan: Plan, options: RunOptions): Promise<RunHandle>;
  /**
   * Claims a run that nobody drives, and goes on with it: running containers are taken up, what provably never ran is
   * started, what cannot be known is `unknown`.
   * Errors: `run.not_found`, `run.owned`, `run.ended`, `run.local`, `run.secret_missing`.
   */
  resume(id: string, options: DriveOptions): Promise<RunHandle>;
  /**
   * Begins another attempt of a run that has ended, under the same id: steps that ended well keep their results, and the
   * workspace stays as it stands where there still is one. One of a concurrency group queues like a new run.
   * Errors: `run.not_found`, `run.owned`, `run.not_ended`, `run.local`, `run.step_unknown`, `run.secret_missing`,
   * `expression.*` of a variable.
   */
  rerun(id: string, options: RerunOptions): Promise<RunHandle>;
  /**
   * Opens a shell in surroundings like a step's, of a run that has ended or waits and whose workspace is there; records
   * who did. Nobody else drives the run until it is closed.
   * Errors: `run.not_found`, `run.owned`, `run.not_ended`, `run.local`, `run.step_unknown`, `run.workspace_gone`,
   * `run.secret_missing`, `step.shell_refused`, `step.shell_unusable`, and those of the sandbox: `sandbox.unsupported`
   * where it has no terminals, and no `command` is given.
   */
  openShell(id: string, options: ShellOptions): Promise<RunShell>;
}

/**
 * A runtime over the given ports. It has no state of its own but the places that its runs take turns in.
 *
 * @example
 * const run = await createRuntime(ports).start(plan, { project: '/src/demo', actor: 'local:ann', trigger: { type: 'manual' } });
 * const { status } = await run.done;
 */
export function createRuntime(ports: RuntimePorts): Runtime {
  const pools = {
    containers: createFairPool(ports.limits?.containers ?? Math.max(8, 2 * availableParallelism())),
    others: createFairPool(ports.limits?.others ?? 256),
  };
  const ownership = ports.ownership ?? createSoleOwnership(ports.identity.token());
  const shared = { ports, ownership, pools };
  /** Loads a run that nobody drives, for this process alone; gives it free when it is not driven after all. */
  const withClaim = async <Result>(
    id: string,
    drive: (run: LoadedRun & { readonly claim: RunClaim }) => Result | Promise<Result>,
  ): Promise<Result> => {
    const claim = await claimRun(ports.store, ownership, id);
    try {
      const run = await loadRun(ports.store, id);
      // A decision of a terminal, which stands for every approver there, never counts on a server.
      if (run.state.local && !ports.local) throw runLocal(id);
      return await drive({ ...run, claim });
    } catch (error) {
      await ports.store.release(claim);
      throw error;
    }
  };
  return {
    async start(plan, options) {
      const selection = selectSteps(plan, options.only, options.from);
      const secrets = secretsOf(plan, options.secrets ?? {});
      const driver = ports.sandboxes(options.sandbox);
      const previousRun = await ports.store.lastSucceeded(options.project, plan.pipeline);
      const now = ports.clock.now();
      const created: RunCreated = {
        type: 'run.created',
        at: now,
        run: options.id ?? ports.identity.runId(now),
        project: options.project,
        pipeline: plan.pipeline,
        plan: plan.digest,
        attempt: 1,
        actor: options.actor,
        trigger: options.trigger,
        ...(options.launch && { launch: options.launch }),
        ...(previousRun !== undefined && { previousRun }),
        ...(selection && { selection }),
        ...(ports.local && { local: true }),
      };
      const masker = ports.masker(Object.values(secrets));
      const values = { state: beginRun(plan, created), secrets, outerEnv: options.outerEnv ?? {} };
      const concurrency = concurrencyOf(values, masker);
      const first: RunCreated = { ...created, ...(concurrency && { concurrency }) };
      const state = beginRun(plan, first);
      // One of a group begins when its turn has come.
      const events = [first, ...(concurrency ? [] : carryOut(state, { type: 'begin' }, now))];
      const owner = await ownership.open();
      const claim = await ports.store.create(summarise(state), plan as unknown as JsonObject, events, owner);
      const news = events.map((event, position) => ({ sequence: position + 1, event }));
      const after = events.length;
      return driveRun({ ...shared, claim, driver, state, after, news, isResumed: false, run: options, secrets });
    },
    async resume(id, options) {
      const driver = ports.sandboxes(options.sandbox);
      return withClaim(id, ({ claim, state, last: after }) => {
        if (state.finishedAt !== undefined) throw runEnded(id, state.status);
        const secrets = secretsOf(state.plan, options.secrets ?? {});
        return driveRun({ ...shared, claim, driver, state, after, news: [], isResumed: true, run: options, secrets });
      });
    },
    async rerun(id, options) {
      const driver = ports.sandboxes(options.sandbox);
      return withClaim(id, async ({ claim, state, last }) => {
        if (state.finishedAt === undefined) throw runNotEnded(id, state.status);
        const { actor, plan = state.plan } = options;
        selectSteps(plan, options.from);
        const secrets = secretsOf(plan, options.secrets ?? {});
        const wantsWorkspace = !options.clean && !options.whole;
        const clean = !(await hasWorkspace(driver, id, wantsWorkspace));
        const kept = keptSteps(state, {
          ...options,
          clean,
          asksAgain: (type) => ports.steps.find(type)?.asksAgain === true,
        });
        const again: RunCommand = {
          type: 'rerun',
          actor,
          kept,
          workspace: clean ? 'new' : options.plan ? 'refilled' : 'kept',
          ...(options.plan && { plan }),
        };
        const events = carryOut(state, again, ports.clock.now());
        // Nothing is recorded of an attempt whose variables cannot be resolved.
        createRunValues({ state, secrets, outerEnv: options.outerEnv ?? {} });
        const after = await ports.store.append(claim, last, events, summarise(state));
        const news = events.map((event, position) => ({ sequence: last + position + 1, event }));
        return driveRun({ ...shared, claim, driver, state, after, news, isResumed: false, run: options, secrets });
      });
    },
    openShell: (id, options) =>
      withClaim(id, (run) => {
        const secrets = options.secrets && secretsOf(run.state.plan, options.secrets);
        return openShell({ ports, ownership, run, options: { ...options, ...(secrets && { secrets }) } });
      }),
  };
}

/** Whether the sandbox still has what an ended run has left in its workspace. A workspace that is not wanted is dropped. */
async function hasWorkspace(driver: SandboxDriver, id: string, isWanted: boolean): Promise<boolean> {
  const isThere = (await driver.runs()).includes(id);
  if (isThere && !isWanted) await (await driver.open(id)).close();
  return isThere && isWanted;
}

function secretsOf(plan: Plan, given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const missing = plan.secrets.filter((name) => !Object.hasOwn(given, name));
  if (missing.length > 0) {
    throw new ConfigError({
      code: 'run.secret_missing',
      message: `the pipeline ${plan.pipeline} needs the secret${missing.length > 1 ? 's' : ''} ${missing.join(', ')}`,
      hint: `Give each one by name: ${missing.map((name) => `--secret ${name}`).join(' ')}.`,
      details: { names: missing },
    });
  }
  return Object.fromEntries(plan.secrets.map((name) => [name, given[name] ?? '']));
}
