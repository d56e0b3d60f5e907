import { compileCalled } from '../plan/compile-called.ts';
import type { CalledPipeline, PlanStep } from '../plan/plan.ts';
import type { StepScopeOpened } from './events.ts';
import type { Unit, WritableRun } from './run-index.ts';
import type { FlowEntry, Inside, Scope } from './scope.ts';

/** `open`: a further scope may begin. The others are what a performer is asked for. */
type FlowNeed = 'open' | 'enter' | 'turn' | 'leave';

export const isStructured = (unit: Unit): boolean => unit.group.step.flow !== undefined;

/** Begins a new attempt of a structured step: what stood inside the one before is there no more. */
export function beginInside(run: WritableRun, unit: Unit): void {
  forgetInside(run, unit);
  const inside: Inside = {
    scopes: [],
    open: new Set(),
    collected: [],
    compensate: false,
    prepared: new Set(),
    expired: false,
  };
  unit.inside = inside;
  run.index.scopes.set(unit.state.key, inside.scopes);
  run.index.inside.add(unit);
}

/** Forgets what stood inside a structured step, but for how many attempts its steps have used. */
export function forgetInside(run: WritableRun, unit: Unit): void {
  const { index } = run;
  for (const scope of unit.inside?.scopes ?? []) {
    for (const { units } of scope.groups.values()) {
      for (const inner of units) {
        forgetInside(run, inner);
        index.units.delete(inner.state.key);
        index.states.delete(inner.state.key);
        if (inner.state.attempt > 0) index.spent.set(inner.state.key, inner.state.attempt);
      }
    }
  }
  index.scopes.delete(unit.state.key);
  delete unit.inside;
}

/** What stood inside a step whose result is taken over is there again, as it ended. */
export function recallInside(run: WritableRun, unit: Unit): void {
  const { index } = run;
  if (!unit.inside) return;
  index.scopes.set(unit.state.key, unit.inside.scopes);
  for (const scope of unit.inside.scopes) {
    for (const { units } of scope.groups.values()) {
      for (const inner of units) {
        index.units.set(inner.state.key, inner);
        index.states.set(inner.state.key, inner.state);
        recallInside(run, inner);
      }
    }
  }
}

/** Notes what a structured step at work needs next. */
export function ask(run: WritableRun, unit: Unit): void {
  const { index } = run;
  const need = index.inside.has(unit) && unit.inside ? needOf(run, unit, unit.inside) : undefined;
  if (need === 'open') index.opening.add(unit);
  else index.opening.delete(unit);
  if (need === undefined || need === 'open') {
    index.asked.delete(unit);
    return;
  }
  if (index.asked.get(unit) === need) return;
  index.asked.set(unit, need);
  index.agenda.push({ kind: need, step: unit.state.key });
}

function needOf(run: WritableRun, unit: Unit, inside: Inside): FlowNeed | undefined {
  const { entry } = inside;
  const isOver = inside.expired || run.index.ending.has(unit);
  if (isOver || inside.failure) {
    if (inside.open.size > 0) return undefined;
    return !isOver && mustCompensate(run, unit, inside) ? 'open' : 'leave';
  }
  if (!entry) return 'enter';
  if (entry.kind === 'foreach') {
    if (inside.scopes.length < entry.items.length) return inside.open.size < entry.concurrency ? 'open' : undefined;
    return inside.open.size > 0 ? undefined : 'leave';
  }
  if (inside.open.size > 0) return undefined;
  if (entry.kind === 'while') return 'turn';
  return inside.scopes.length === 0 ? 'open' : 'leave';
}

/** The pipeline that a step calls. */
export function calledBy({ plan }: Pick<WritableRun, 'plan'>, { group }: Unit): CalledPipeline | undefined {
  const { flow } = group.step;
  return flow?.kind === 'call' ? plan.called?.[flow.pipeline] : undefined;
}

const hasOwnCompensation = (run: WritableRun, unit: Unit) => (calledBy(run, unit)?.compensation.length ?? 0) > 0;

/** Whether a called pipeline has failed in a way that asks for its own compensation list, which has not run yet. */
const mustCompensate = (run: WritableRun, unit: Unit, inside: Inside) =>
  inside.compensate && inside.scopes.length === 1 && hasOwnCompensation(run, unit);

/** Whether a failure inside the step asks for the compensation list that stands around it. */
export const leavesCompensation = (run: WritableRun, unit: Unit): boolean =>
  unit.inside?.compensate === true && !hasOwnCompensation(run, unit);

/** The scopes that a structured step opens now. */
export function scopesToOpen(unit: Unit, now: number): StepScopeOpened[] {
  const { inside } = unit;
  const opened = (rest: Pick<StepScopeOpened, 'turn' | 'compensation'>): StepScopeOpened => ({
    type: 'step.scope_opened',
    at: now,
    step: unit.state.key,
    attempt: unit.state.attempt,
    ...rest,
  });
  if (inside?.entry?.kind !== 'foreach') return [opened(inside?.failure ? { compensation: true } : {})];
  const begun = inside.scopes.length;
  const count = Math.min(inside.entry.concurrency - inside.open.size, inside.entry.items.length - begun);
  return Array.from({ length: count }, (_, further) => opened({ turn: begun + further }));
}

/** What stands in a scope that is opened. */
export function stepsInside(
  run: WritableRun,
  unit: Unit,
): { readonly steps: readonly PlanStep[]; readonly compensation: readonly PlanStep[] } {
  const { inside } = unit;
  const { flow } = unit.group.step;
  const none = { steps: [], compensation: [] };
  switch (flow?.kind) {
    case undefined:
      return none;
    case 'conditional':
      return { ...none, steps: stepsOfRoute(flow, inside?.entry) };
    case 'call': {
      const called = calledBy(run, unit);
      return called && inside?.entry?.kind === 'call' ? compileCalled(called, inside.entry.inputs) : none;
    }
    case 'parallel':
    case 'foreach':
    case 'while':
      return { ...none, steps: flow.steps };
  }
}

function stepsOfRoute(
  { routes, default: otherwise }: Extract<NonNullable<PlanStep['flow']>, { kind: 'conditional' }>,
  entry: FlowEntry | undefined,
): readonly PlanStep[] {
  const route = entry?.kind === 'conditional' ? entry.route : '';
  return (Object.hasOwn(routes, route) ? routes[route] : otherwise) ?? [];
}

/** Takes note that nothing of a scope is open any more. */
export function closeInside(unit: Unit, scope: Scope): void {
  const { inside } = unit;
  if (!inside) return;
  scope.isClosed = true;
  inside.open.delete(scope);
  if (!scope.failure) return;
  if (inside.entry?.kind === 'foreach' && inside.entry.collectErrors) {
    inside.collected.push({ turn: scope.turn ?? 0, failure: scope.failure });
    return;
  }
  inside.failure ??= scope.failure;
  inside.compensate ||= scope.compensate;
}
