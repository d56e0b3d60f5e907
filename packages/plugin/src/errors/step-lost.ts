import { EngineError } from './engine-error.ts';

/**
 * What `resume` throws after a crash when whether the step had its effect can be neither confirmed nor denied: the step
 * is `unknown`, and a person decides. `what`: the rest of a sentence that begins with the step.
 */
export const stepLost = (what: string): EngineError =>
  new EngineError({
    code: 'run.step_lost',
    message: what,
    hint: 'Look at what it was to do, then say which: succeeded, failed, or again.',
  });
