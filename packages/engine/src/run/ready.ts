import type { RunState } from './state.ts';

/** Keys of the steps that may start now, in the order in which their turn came. */
export const ready = (state: RunState): string[] => [...state.index.ready].map((unit) => unit.state.key);

/** Keys of the steps whose condition is to be judged now. */
export const judging = (state: RunState): string[] => [...state.index.judging].map((unit) => unit.state.key);

/**
 * What `failure()` and `cancelled()` are in a step's condition. A cancel, the pipeline's timeout and the end of the step
 * around it are one.
 */
export const statusFunctions = (
  state: RunState,
  step: string,
): { readonly failed: boolean; readonly cancelled: boolean } => {
  const group = state.index.units.get(step)?.group;
  const mode = group?.scope.mode;
  return {
    failed: group?.ancestorFailed ?? false,
    cancelled: state.cancel !== undefined || mode === 'cancelling' || mode === 'ending',
  };
};
