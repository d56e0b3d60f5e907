import type { SkipReason } from './events.ts';
import { ask } from './inside.ts';
import type { AgendaItem, Unit, WritableRun } from './run-index.ts';
import type { Scope } from './scope.ts';
import type { RunMode } from './state.ts';

const modes: readonly RunMode[] = ['open', 'stopping', 'cancelling', 'ending'];

export const usesStatus = (unit: Unit) => unit.group.step.condition?.usesStatus === true;

/** Whether a unit that has not started may still do so. */
export function mayStart(unit: Unit, judged: boolean): boolean {
  switch (unit.group.scope.mode) {
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
function mayContinue(unit: Unit): boolean {
  const { scope } = unit.group;
  switch (scope.mode) {
    case 'open':
      return true;
    case 'stopping':
      return !scope.failFast || usesStatus(unit);
    case 'cancelling':
      return unit.survivesCancel;
    case 'ending':
      return false;
  }
}

export const note = (run: WritableRun, kind: AgendaItem['kind'], unit: Unit) => {
  run.index.agenda.push({ kind, step: unit.state.key });
};

export function doom(run: WritableRun, unit: Unit, reason: SkipReason): void {
  run.index.judging.delete(unit);
  run.index.ready.delete(unit);
  unit.group.held.delete(unit);
  unit.group.scope.held.delete(unit);
  run.index.doomed.set(unit, reason);
}

/** A scope goes no further than `mode` allows, nor what stands inside its steps; a mode never goes back. */
export function enterMode(run: WritableRun, scope: Scope, mode: RunMode): void {
  if (modes.indexOf(mode) <= modes.indexOf(scope.mode)) return;
  const { index } = run;
  scope.mode = mode;
  if (scope === index.root) run.mode = mode;
  for (const { units, held } of scope.groups.values()) {
    for (const unit of units) {
      if (index.judging.has(unit)) {
        if (!mayStart(unit, false)) doom(run, unit, 'stopped');
      } else if (index.ready.has(unit) || held.has(unit) || scope.held.has(unit)) {
        if (!mayStart(unit, true)) doom(run, unit, 'stopped');
      } else if (isAtWork(run, unit) && !mayContinue(unit)) end(run, unit);
    }
  }
}

const isAtWork = ({ index }: WritableRun, unit: Unit) =>
  index.running.has(unit) || index.inside.has(unit) || index.waiting.has(unit) || index.retrying.has(unit);

function end(run: WritableRun, unit: Unit): void {
  const { index } = run;
  index.ending.add(unit);
  if (index.running.has(unit)) note(run, 'end', unit);
  else if (index.inside.has(unit)) {
    // Steps inside that survive a cancel do so in their scope as well; nothing else lets them go on.
    endInside(run, unit, unit.group.scope.mode === 'cancelling' ? 'cancelling' : 'ending');
  } else index.lapsed.add(unit);
}

/** Ends what stands inside a structured step; the step itself ends when nothing of it is open. */
export function endInside(run: WritableRun, unit: Unit, mode: 'cancelling' | 'ending'): void {
  for (const scope of unit.inside?.open ?? []) enterMode(run, scope, mode);
  ask(run, unit);
}
