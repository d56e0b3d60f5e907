import { StepFailure } from '@cicd/plugin';

export const tooManyTurns = (bound: number, found: string): StepFailure =>
  new StepFailure({
    code: 'step.too_many_turns',
    message: `the loop reached its bound of ${bound} turns: ${found}`,
    hint: 'Raise `max_iterations`, or find out why it does not end.',
  });
