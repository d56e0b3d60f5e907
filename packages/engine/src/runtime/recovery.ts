import type { StepRecovery } from '@cicd/plugin';

/** What is known of an attempt that was started and then lost sight of. */
export interface LostAttempt {
  readonly recovery: StepRecovery;
  /** `step.created` is stored. */
  readonly created: boolean;
  /** What the sandbox has under the attempt's name. */
  readonly process: 'absent' | 'created' | 'running' | 'exited';
  /** The step type has `resume`. */
  readonly resumable: boolean;
}

/**
 * How the attempt goes on. `again`: nothing of it had an effect; what is left is removed, and it runs as if for the
 * first time. `adopt`: `resume` takes it up. `lost`: whether it had its effect cannot be known.
 */
export function recover({ recovery, created, process, resumable }: LostAttempt): 'again' | 'adopt' | 'lost' {
  if (recovery === 'repeat') return 'again';
  if (process === 'running' || process === 'exited') return resumable ? 'adopt' : 'lost';
  if (process === 'created') return 'again';
  if (created) return 'lost';
  switch (recovery) {
    case 'adopt':
      return 'again';
    case 'reconcile':
      return resumable ? 'adopt' : 'lost';
    case 'never':
      return 'lost';
  }
}
