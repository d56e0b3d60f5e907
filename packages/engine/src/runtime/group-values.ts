import type { Json } from '@cicd/plugin';
import type { StepValues } from '../expression/values.ts';
import { hasPassed } from '../run/outcome.ts';
import type { Group, Unit } from '../run/run-index.ts';

/** A step's result as expressions see it; a matrix as one, with its members. */
export function groupValues(group: Group): StepValues {
  const [only] = group.units;
  if (!group.step.matrix && only) return unitValues(only);
  return {
    status: group.outcome?.status ?? 'pending',
    passed: group.outcome?.passed ?? false,
    matrix: group.members.map((member): Json => ({
      values: member.matrix ?? {},
      status: member.status,
      passed: hasPassed(member),
      outputs: member.outputs ?? {},
    })),
  };
}

function unitValues({ state: step, attemptsBefore }: Unit): StepValues {
  const { startedAt, finishedAt } = step;
  return {
    ...step.outputs,
    status: step.status,
    passed: hasPassed(step),
    attempts: step.reused ? step.attempt : step.attempt - attemptsBefore,
    ...(startedAt !== undefined && { started_at: new Date(startedAt).toISOString() }),
    ...(startedAt !== undefined && finishedAt !== undefined && { duration_ms: finishedAt - startedAt }),
  };
}
