import { CicdError } from './cicd-error.ts';

/** The user's command, gate or check said no. It consumes an attempt and fails the step. */
export class StepFailure extends CicdError {
  readonly family = 'step';
}
