import type { PlanStep } from '../plan/plan.ts';
import type { Group, RunIndex, Unit } from './run-index.ts';
import type { StepState } from './state.ts';

export const createIndex = (): RunIndex => ({
  units: new Map(),
  groups: new Map(),
  judging: new Set(),
  ready: new Set(),
  running: new Set(),
  waiting: new Set(),
  retrying: new Set(),
  doomed: new Map(),
  ending: new Set(),
  lapsed: new Set(),
  agenda: [],
  open: 0,
  moving: false,
  failed: false,
  compensate: false,
  compensating: false,
});

/** Adds a plan step's group and units; needs are counted by `connect`. */
export function addGroup(index: RunIndex, step: PlanStep, compensation: boolean): Group {
  const group: Group = {
    step,
    compensation,
    units: [],
    members: [],
    dependents: [],
    ancestorFailed: compensation,
    unmet: 0,
    final: 0,
    places: 0,
    held: new Set(),
  };
  const combinations = step.matrix?.combinations ?? [undefined];
  combinations.forEach((matrix, position) => {
    const state: StepState = {
      key: step.matrix ? `${step.name}.${position}` : step.name,
      name: step.name,
      type: step.type,
      ...(matrix && { matrix }),
      compensation,
      status: 'pending',
      attempt: 0,
    };
    const unit: Unit = { state, group, survivesCancel: false, hasPlace: false };
    group.units.push(unit);
    group.members.push(state);
    index.units.set(state.key, unit);
  });
  index.groups.set(step.name, group);
  index.open += group.units.length;
  return group;
}

export function connect(dependent: Group, need: Group): void {
  need.dependents.push(dependent);
  dependent.unmet += 1;
}
