import { addGroups, createIndex } from './graph.ts';
import type { RunRerun } from './events.ts';
import { recallInside } from './inside.ts';
import type { RunIndex, Unit, WritableRun } from './run-index.ts';

/**
 * Begins another attempt of a run: every step is as new, but for how many attempts it has used, and those that are
 * kept wait for their turn with the result that they had.
 */
export function beginAgain(run: WritableRun, event: RunRerun): void {
  const before = run.index;
  if (event.plan) run.plan = event.plan;
  const index = createIndex(run.plan.failFast);
  countOn(before, index);
  addGroups(index, index.root, run.plan.steps);
  for (const key of event.kept) {
    const [unit, earlier] = [index.units.get(key), before.units.get(key)];
    if (!unit || !earlier) continue;
    unit.kept = earlier.state;
    if (earlier.inside) unit.inside = earlier.inside;
  }
  for (const name of ['startedAt', 'finishedAt', 'deadline', 'cancel', 'error', 'outputs', 'workspace'] as const)
    delete run[name];
  run.keepsFiles = event.workspace !== 'new';
  run.workspaceStands = event.workspace === 'kept';
  if (!run.workspaceStands) for (const name of ['source', 'sourceLog'] as const) delete run[name];
  Object.assign(run, {
    attempt: event.attempt,
    actor: event.actor,
    requesters: [...new Set([...run.requesters, event.actor])],
    mode: 'open',
    ...(!event.queued && { startedAt: event.at }),
    ...(event.deadline !== undefined && { deadline: event.deadline }),
    warning: false,
    steps: index.states,
    groups: index.root.groups,
    scopes: index.scopes,
    index,
  });
}

/** The numbers of attempts name containers and logs: none is ever used twice in a run. */
function countOn(before: RunIndex, index: RunIndex): void {
  for (const [key, attempt] of before.spent) index.spent.set(key, attempt);
  for (const [key, { attempt }] of before.states) if (attempt > 0) index.spent.set(key, attempt);
}

/** The step ends as it did in the attempt before, with what stood inside it. */
export function takeOver(run: WritableRun, unit: Unit): void {
  const { kept, state } = unit;
  if (!kept) return;
  recallInside(run, unit);
  const { status, startedAt, finishedAt, image, exitCode, outputs, error, log, durationMs } = kept;
  Object.assign(
    state,
    { status, reused: true },
    startedAt !== undefined && { startedAt },
    finishedAt !== undefined && { finishedAt },
    durationMs !== undefined && { durationMs },
    image !== undefined && { image },
    exitCode !== undefined && { exitCode },
    outputs && { outputs },
    error && { error },
    log && { log },
  );
}
