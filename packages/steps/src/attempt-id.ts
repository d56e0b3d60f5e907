import type { StepContext } from '@cicd/plugin';

/** Names one attempt of one step in all runs; the same after a crash. */
export const attemptId = ({ run, step }: Pick<StepContext, 'run' | 'step'>): string =>
  `${run.id}.${run.attempt}.${step.key}.${step.attempt}`;
