import { StepFailure, type ErrorCode, type JsonObject, type Judgement, type StepResult } from '@cicd/plugin';

/** What a gate comes to, as its outputs say it. */
export interface GateOutcome {
  readonly approved: boolean;
  /** People and, for a decision at a terminal, `local:NAME`. Empty when nobody was asked. */
  readonly decided_by: readonly string[];
  /** What the last of them wrote. */
  readonly comment: string;
  readonly reason: 'approved' | 'conditions' | 'schedule' | 'timeout' | 'rejected';
  readonly conditions: readonly Judgement[];
}

export const opened = (
  reason: GateOutcome['reason'],
  conditions: readonly Judgement[],
  { decided_by = [], comment = '' }: Partial<GateOutcome> = {},
): StepResult => ({ outputs: outputsOf({ approved: true, decided_by, comment, reason, conditions }) });

/** The gate says no; its outputs say the rest to steps that go on all the same. */
export function closed(
  code: ErrorCode & `gate.${string}`,
  message: string,
  hint: string,
  outcome: Omit<GateOutcome, 'approved'>,
): StepFailure {
  return new StepFailure({ code, message, hint, details: { outputs: outputsOf({ approved: false, ...outcome }) } });
}

const outputsOf = (outcome: GateOutcome) => outcome as unknown as JsonObject;
