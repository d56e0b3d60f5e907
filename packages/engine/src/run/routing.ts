import { addCompensation, addGroups, createScope } from './graph.ts';
import { ask, calledBy, closeInside, leavesCompensation, stepsInside } from './inside.ts';
import { doom, enterMode, mayStart, note, usesStatus } from './modes.ts';
import { dependentsMayStart, groupOutcome } from './outcome.ts';
import type { StepFinished, StepScopeOpened } from './events.ts';
import type { Group, Unit, WritableRun } from './run-index.ts';
import type { Scope } from './scope.ts';

/** Begins the graph: every group without needs has its turn. */
export function openRoots(run: WritableRun): void {
  run.index.moving = true;
  openGroups(run, rootsOf(run.index.root));
}

const rootsOf = (scope: Scope) => [...scope.groups.values()].filter((group) => group.unmet === 0);

/** A worklist instead of recursion: a chain of empty groups may be as long as the run. */
function openGroups(run: WritableRun, groups: Group[]): void {
  for (const group of groups) {
    for (const unit of group.units) route(run, unit);
    if (group.units.length === 0) groups.push(...closeGroup(group));
  }
}

/** All needs of the unit are final: is it skipped, judged, or ready? */
function route(run: WritableRun, unit: Unit): void {
  const { group } = unit;
  const isChosen = run.selection === undefined || group.scope !== run.index.root || group.compensation;
  if (!isChosen && run.selection?.has(group.step.name) !== true) return doom(run, unit, 'selection');
  unit.state.status = 'ready';
  if (group.blocked && !usesStatus(unit)) return doom(run, unit, group.blocked);
  if (unit.kept) return void run.index.reusing.add(unit);
  if (!mayStart(unit, false)) return doom(run, unit, 'stopped');
  if (!group.step.condition) return admit(run, unit);
  run.index.judging.add(unit);
  note(run, 'judge', unit);
}

/** The unit may run: it is ready when its group and its scope have a place for it. */
export function admit(run: WritableRun, unit: Unit): void {
  const { group } = unit;
  run.index.judging.delete(unit);
  if (group.places >= (group.step.matrix?.maxParallel ?? Infinity)) {
    group.held.add(unit);
    return;
  }
  group.places += 1;
  unit.hasPlace = true;
  takeScopePlace(run, unit);
}

function takeScopePlace(run: WritableRun, unit: Unit): void {
  const { scope } = unit.group;
  if (scope.places >= scope.maxParallel) {
    scope.held.add(unit);
    return;
  }
  scope.places += 1;
  unit.hasScopePlace = true;
  run.index.ready.add(unit);
  note(run, 'start', unit);
}

/** The unit has reached its last status: frees its places and, when it was the last of its group, moves the graph on. */
export function finalise(run: WritableRun, unit: Unit, event?: StepFinished): void {
  const { index } = run;
  const { group } = unit;
  const { scope } = group;
  for (const set of [
    index.judging,
    index.ready,
    index.running,
    index.inside,
    index.opening,
    index.waiting,
    index.retrying,
    index.reusing,
    index.ending,
    index.lapsed,
  ])
    set.delete(unit);
  index.asked.delete(unit);
  index.doomed.delete(unit);
  index.open -= 1;
  scope.open -= 1;
  group.final += 1;
  if (unit.state.status === 'failed') recordFailure(run, unit, event);
  freePlaces(run, unit);
  if (group.final === group.units.length) openGroups(run, closeGroup(group));
  if (scope.open === 0) closeScope(run, scope);
}

function freePlaces(run: WritableRun, unit: Unit): void {
  const { group } = unit;
  const { scope } = group;
  if (unit.hasScopePlace) {
    unit.hasScopePlace = false;
    scope.places -= 1;
    const [next] = scope.held;
    if (next) {
      scope.held.delete(next);
      takeScopePlace(run, next);
    }
  }
  if (unit.hasPlace) {
    unit.hasPlace = false;
    group.places -= 1;
    const [next] = group.held;
    if (next) {
      group.held.delete(next);
      admit(run, next);
    }
  }
}

function recordFailure(run: WritableRun, unit: Unit, event: StepFinished | undefined): void {
  const { group, state } = unit;
  const { scope } = group;
  // A compensation list carries on past its own failures; what it belongs to has failed already.
  if (group.compensation) return;
  if (group.step.onError === 'skip') {
    run.warning = true;
    return;
  }
  scope.failed = true;
  scope.failure ??= {
    step: state.key,
    error: state.error ?? { code: 'step.unexpected', message: 'the step failed' },
    configuration: event?.cause === 'configuration',
  };
  scope.compensate ||= group.step.onError === 'compensate' || leavesCompensation(run, unit);
  enterMode(run, scope, 'stopping');
}

/** Tells the dependents; returns those whose turn has come. */
function closeGroup(group: Group): Group[] {
  group.outcome = groupOutcome(group);
  const blocks = dependentsMayStart(group) ? undefined : blockedBy(group);
  const opened: Group[] = [];
  for (const dependent of group.dependents) {
    dependent.unmet -= 1;
    dependent.ancestorFailed ||= group.ancestorFailed || group.outcome.status === 'failed';
    if (blocks && dependent.blocked !== 'upstream' && !dependent.compensation) dependent.blocked = blocks;
    if (dependent.unmet === 0) opened.push(dependent);
  }
  return opened;
}

const blockedBy = (group: Group) =>
  group.blocked === 'upstream' ||
  group.members.some(({ status, reason }) => status === 'failed' || reason === 'upstream')
    ? 'upstream'
    : 'stopped';

/** Begins a list of steps inside a structured step. */
export function openScope(run: WritableRun, unit: Unit, { turn, compensation }: StepScopeOpened): void {
  const { index } = run;
  const { inside, state, group } = unit;
  if (!inside) return;
  const settings = inside.entry?.kind === 'parallel' ? inside.entry : undefined;
  const scope = createScope({
    key: turn === undefined ? state.key : `${state.key}.${turn}`,
    parent: unit,
    ...(turn !== undefined && { turn }),
    failFast: settings?.failFast ?? calledBy(run, unit)?.failFast ?? group.scope.failFast,
    ...(settings?.maxParallel !== undefined && { maxParallel: settings.maxParallel }),
  });
  inside.scopes.push(scope);
  inside.open.add(scope);
  const steps = stepsInside(run, unit);
  if (compensation) {
    const first = addCompensation(index, scope, steps.compensation);
    if (first) openGroups(run, [first]);
  } else {
    addGroups(index, scope, steps.steps);
    openGroups(run, rootsOf(scope));
  }
  if (scope.open === 0) closeScope(run, scope);
  else ask(run, unit);
}

/** Wakes the step around the scope. */
function closeScope(run: WritableRun, scope: Scope): void {
  const { parent } = scope;
  if (!parent) return;
  closeInside(parent, scope);
  if (parent.inside?.failure && scope.failFast && scope.turn !== undefined) {
    for (const other of parent.inside.open) enterMode(run, other, 'ending');
  }
  if (scope.failure && !parent.inside?.failure) run.warning = true;
  ask(run, parent);
}

/** The compensation list as a chain, last written first. */
export function openCompensation(run: WritableRun): void {
  run.index.compensating = true;
  const first = addCompensation(run.index, run.index.root, run.plan.compensation);
  if (first) openGroups(run, [first]);
}
