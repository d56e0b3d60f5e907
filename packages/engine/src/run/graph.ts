import type { PlanStep } from '../plan/plan.ts';
import type { Group, RunIndex, Unit } from './run-index.ts';
import type { Scope } from './scope.ts';
import type { StepState } from './state.ts';

type NewScope = Pick<Scope, 'key' | 'failFast'> & Partial<Pick<Scope, 'parent' | 'turn' | 'maxParallel'>>;

export const createScope = ({ maxParallel = Infinity, ...scope }: NewScope): Scope => ({
  ...scope,
  maxParallel,
  groups: new Map(),
  mode: 'open',
  open: 0,
  places: 0,
  held: new Set(),
  failed: false,
  compensate: false,
  isClosed: false,
});

export const createIndex = (failFast: boolean): RunIndex => ({
  units: new Map(),
  states: new Map(),
  scopes: new Map(),
  root: createScope({ key: '', failFast }),
  spent: new Map(),
  judging: new Set(),
  ready: new Set(),
  running: new Set(),
  inside: new Set(),
  asked: new Map(),
  opening: new Set(),
  waiting: new Set(),
  retrying: new Set(),
  reusing: new Set(),
  doomed: new Map(),
  ending: new Set(),
  lapsed: new Set(),
  agenda: [],
  open: 0,
  moving: false,
  compensating: false,
});

/** Adds steps to a scope, each connected with its needs. */
export function addGroups(index: RunIndex, scope: Scope, steps: readonly PlanStep[]): void {
  for (const step of steps) addGroup(index, scope, step, false);
  for (const group of scope.groups.values()) {
    for (const name of group.step.needs) {
      const need = scope.groups.get(name);
      if (need) connect(group, need);
    }
  }
}

/** Adds a compensation list to a scope as a chain, last written first; returns where it begins. */
export function addCompensation(index: RunIndex, scope: Scope, steps: readonly PlanStep[]): Group | undefined {
  let first: Group | undefined;
  let previous: Group | undefined;
  for (const step of steps.toReversed()) {
    const group = addGroup(index, scope, step, true);
    if (previous) connect(group, previous);
    first ??= group;
    previous = group;
  }
  return first;
}

/** Adds a plan step's group and units; needs are counted by `connect`. */
function addGroup(index: RunIndex, scope: Scope, step: PlanStep, compensation: boolean): Group {
  const parent = scope.parent?.state;
  const group: Group = {
    step,
    scope,
    compensation,
    units: [],
    members: [],
    dependents: [],
    ancestorFailed: compensation || followsFailure(scope),
    unmet: 0,
    final: 0,
    places: 0,
    held: new Set(),
  };
  const prefix = scope.key === '' ? '' : `${scope.key}.`;
  const combinations = step.matrix?.combinations ?? [undefined];
  combinations.forEach((matrix, position) => {
    const key = `${prefix}${step.name}${step.matrix ? `.${position}` : ''}`;
    const attemptsBefore = index.spent.get(key) ?? 0;
    const state: StepState = {
      key,
      name: step.name,
      type: step.type,
      ...(matrix && { matrix }),
      ...(parent && { parent: parent.key }),
      compensation: compensation || (parent?.compensation ?? false),
      status: 'pending',
      attempt: attemptsBefore,
    };
    const unit: Unit = {
      state,
      group,
      survivesCancel: false,
      hasPlace: false,
      hasScopePlace: false,
      attemptsBefore,
      attemptsLost: 0,
    };
    group.units.push(unit);
    group.members.push(state);
    index.units.set(key, unit);
    index.states.set(key, state);
  });
  scope.groups.set(step.name, group);
  scope.open += group.units.length;
  index.open += group.units.length;
  return group;
}

/** What is inside a step comes after what the step comes after; a called pipeline knows nothing of its caller. */
const followsFailure = ({ parent }: Scope) =>
  parent !== undefined && parent.group.ancestorFailed && parent.group.step.flow?.kind !== 'call';

function connect(dependent: Group, need: Group): void {
  need.dependents.push(dependent);
  dependent.unmet += 1;
}
