import { availableParallelism } from 'node:os';
import { ConfigError, type JsonObject } from '@cicd/plugin';
import type { Plan } from '../plan/plan.ts';
import { decide } from '../run/decide.ts';
import type { RunCreated } from '../run/events.ts';
import { beginRun, evolve, replay } from '../run/evolve.ts';
import { selectSteps } from '../run/selection.ts';
import { createFairPool } from './fair-pool.ts';
import type { DriveOptions, RunHandle, RunOptions, RuntimePorts } from './ports.ts';
import { driveRun } from './run-driver.ts';
import { summarise } from './summary.ts';

/** Performs runs. */
export interface Runtime {
  /**
   * Records a new run and drives it. Resolves when the run is durable.
   * Errors: `run.exists`, `run.secret_missing`, `run.step_unknown`.
   */
  start(plan: Plan, options: RunOptions): Promise<RunHandle>;
  /**
   * Goes on with a run that was driven by a process that is gone: running containers are taken up, what provably never
   * ran is started, what cannot be known is `unknown`. The caller makes sure that nobody else drives it.
   * Errors: `run.not_found`, `run.ended`, `run.local`, `run.secret_missing`.
   */
  resume(id: string, options: DriveOptions): Promise<RunHandle>;
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
        ...(previousRun !== undefined && { previousRun }),
        ...(selection && { selection }),
        ...(ports.local && { local: true }),
      };
      const state = beginRun(plan, created);
      const events = [created, ...decide(state, { type: 'begin' }, now)];
      for (const event of events.slice(1)) evolve(state, event);
      await ports.store.create(summarise(state), plan as unknown as JsonObject, events);
      const news = events.map((event, position) => ({ sequence: position + 1, event }));
      return driveRun({ ports, pools, driver, state, after: events.length, news, run: options, secrets });
    },
    async resume(id, options) {
      const plan = (await ports.store.plan(id)) as unknown as Plan;
      const stored = await ports.store.read(id);
      const state = replay(
        plan,
        stored.map(({ event }) => event),
      );
      if (state.finishedAt !== undefined) {
        throw new ConfigError({
          code: 'run.ended',
          message: `the run ${id} has ended: ${state.status}`,
          hint: 'Start it anew.',
        });
      }
      // A decision of a terminal, which stands for every approver there, never counts on a server.
      if (state.local && !ports.local) {
        throw new ConfigError({
          code: 'run.local',
          message: `the run ${id} was begun in a data folder without a server`,
          hint: 'Start it anew on the server.',
        });
      }
      const secrets = secretsOf(plan, options.secrets ?? {});
      const driver = ports.sandboxes(options.sandbox);
      return driveRun({ ports, pools, driver, state, after: stored.length, news: [], run: options, secrets });
    },
  };
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
