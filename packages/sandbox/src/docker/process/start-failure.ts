import { StepFailure } from '@cicd/plugin';
import { EngineRefusal } from '../../engine/engine-refusal.ts';

/** What the engine says when the image lacks what was asked for. */
const cannotStart =
  /unable to find (user|group)|no matching entries in passwd|executable file not found|no such file or directory|permission denied|not a directory/i;

/** A refusal to start a container, as what it means; any other error as it is. */
export const startFailure = (error: unknown, what = 'The process'): unknown =>
  error instanceof EngineRefusal && cannotStart.test(error.answer)
    ? new StepFailure({
        code: 'sandbox.start_failed',
        message: `${what} could not be started: ${error.answer}`,
        hint: 'Check that the image has this user, program and working directory.',
        cause: error,
      })
    : error;
