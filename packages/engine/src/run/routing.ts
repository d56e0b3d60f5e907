import type { SkipReason } from './events.ts';
import { addGroup, connect } from './graph.ts';
import { dependentsMayStart, groupOutcome } from './outcome.ts';
import type { AgendaItem, Group, Unit, WritableRun } from './run-index.ts';
import type { RunMode } from './state.ts';

const modes: readonly RunMode[] = ['open', 'stopping', 'cancelling', 'ending'];

const usesStatus = (unit: Unit) => unit.group.step.condition?.usesStatus === true;

/** Whether a unit that has not started may still do so. */
function mayStart(unit: Unit, mode: RunMode, judged: boolean): boolean {
  switch (mode) {
    case 'open':
      return true;
    case 'stopping':
      return unit.group.compensation || usesStatus(unit);
    case 'cancelling':
      return judged ? unit.survivesCancel : usesStatus(unit);
    case 'ending':
      return false;
  }
}

/** Whether a unit that has started goes on to its own end. */
function mayContinue(run: WritableRun, unit: Unit): boolean {
  switch (run.mode) {
    case 'open':
      return true;
    case 'stopping':
      return !run.plan.failFast || usesStatus(unit);
    case 'cancelling':
      return unit.survivesCancel;
    case 'ending':
      return false;
  }
}

export const note = (run: WritableRun, kind: AgendaItem['kind'], unit: Unit) => {
  run.index.agenda.push({ kind, step: unit.state.key });
};

function doom(run: WritableRun, unit: Unit, reason: SkipReason): void {
  run.index.judging.delete(unit);
  run.index.ready.delete(unit);
  unit.group.held.delete(unit);
  run.index.doomed.set(unit, reason);
}

/** Begins the graph: every group without needs has its turn. */
export function openRoots(run: WritableRun): void {
  run.index.moving = true;
  openGroups(
    run,
    [...run.index.groups.values()].filter((group) => group.unmet === 0),
  );
}

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
  if (run.selection && !group.compensation && !run.selection.has(group.step.name)) return doom(run, unit, 'selection');
  unit.state.status = 'ready';
  if (group.blocked && !usesStatus(unit)) return doom(run, unit, group.blocked);
  if (!mayStart(unit, run.mode, false)) return doom(run, unit, 'stopped');
  if (!group.step.condition) return admit(run, unit);
  run.index.judging.add(unit);
  note(run, 'judge', unit);
}

/** The unit may run: it is ready when its group has a place for it. */
export function admit(run: WritableRun, unit: Unit): void {
  const { group } = unit;
  run.index.judging.delete(unit);
  if (group.places >= (group.step.matrix?.maxParallel ?? Infinity)) {
    group.held.add(unit);
    return;
  }
  group.places += 1;
  unit.hasPlace = true;
  run.index.ready.add(unit);
  note(run, 'start', unit);
}

/** The unit has reached its last status: frees its place and, when it was the last of its group, moves the graph on. */
export function finalise(run: WritableRun, unit: Unit): void {
  const { index } = run;
  const { group } = unit;
  for (const set of [
    index.judging,
    index.ready,
    index.running,
    index.waiting,
    index.retrying,
    index.ending,
    index.lapsed,
  ])
    set.delete(unit);
  index.doomed.delete(unit);
  index.open -= 1;
  group.final += 1;
  if (unit.state.status === 'failed') recordFailure(run, group);
  if (unit.hasPlace) {
    unit.hasPlace = false;
    group.places -= 1;
    const [next] = group.held;
    if (next) {
      group.held.delete(next);
      admit(run, next);
    }
  }
  if (group.final === group.units.length) openGroups(run, closeGroup(group));
}

function recordFailure(run: WritableRun, group: Group): void {
  // The compensation list carries on past its own failures; the run has failed already.
  if (group.compensation) return;
  if (group.step.onError === 'skip') {
    run.warning = true;
    return;
  }
  run.index.failed = true;
  run.index.compensate ||= group.step.onError === 'compensate';
  enterMode(run, 'stopping');
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

/** Goes no further than `mode` allows; a mode never goes back. */
export function enterMode(run: WritableRun, mode: RunMode): void {
  if (modes.indexOf(mode) <= modes.indexOf(run.mode)) return;
  run.mode = mode;
  const { index } = run;
  for (const unit of index.judging) if (!mayStart(unit, mode, false)) doom(run, unit, 'stopped');
  for (const unit of index.ready) if (!mayStart(unit, mode, true)) doom(run, unit, 'stopped');
  for (const group of index.groups.values()) {
    for (const unit of group.held) if (!mayStart(unit, mode, true)) doom(run, unit, 'stopped');
  }
  for (const unit of [...index.running, ...index.waiting, ...index.retrying])
    if (!mayContinue(run, unit)) end(run, unit);
}

function end(run: WritableRun, unit: Unit): void {
  run.index.ending.add(unit);
  if (run.index.running.has(unit)) note(run, 'end', unit);
  else run.index.lapsed.add(unit);
}

/** The compensation list as a chain, last written first. */
export function openCompensation(run: WritableRun): void {
  run.index.compensating = true;
  let previous: Group | undefined;
  for (const step of run.plan.compensation.toReversed()) {
    const group = addGroup(run.index, step, true);
    if (previous) connect(group, previous);
    previous = group;
  }
  const [first] = run.plan.compensation.slice(-1);
  const group = first && run.index.groups.get(first.name);
  if (group) openGroups(run, [group]);
}
