import type { GroupState, RunState, StepState } from './state.ts';

/** Every step of a run in the order of the file, each followed by those inside its last attempt. */
export const stepsInOrder = (state: RunState): readonly StepState[] => [...walk(state, state.groups)];

function* walk(state: RunState, groups: ReadonlyMap<string, GroupState>): Generator<StepState> {
  for (const { members } of groups.values()) {
    for (const member of members) {
      yield member;
      for (const scope of state.scopes.get(member.key) ?? []) yield* walk(state, scope.groups);
    }
  }
}
