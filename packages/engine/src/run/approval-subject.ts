import type { JsonObject } from '@cicd/plugin';
import { digestOf } from '../plan/digest.ts';
import type { ApprovalSubject } from './approval.ts';
import type { RunState, StepState } from './state.ts';

/** An image's digest, alone or at the end of a reference. */
const imageDigest = /(?:^|@)sha256:[0-9a-f]{64}$/;

/** What an approval of this step, asked for now, is about. */
export function approvalSubject(state: RunState, step: StepState): ApprovalSubject {
  return {
    run: state.id,
    runAttempt: state.attempt,
    step: step.key,
    attempt: step.attempt,
    plan: state.plan.digest,
    images: Object.fromEntries([...state.steps.values()].flatMap(imagesOf)),
  };
}

/** SHA-256, hexadecimal. */
export const subjectDigest = (subject: ApprovalSubject): string => digestOf(subject);

function imagesOf({ key, image, outputs = {} }: StepState): readonly (readonly [string, string])[] {
  return [
    ...(image === undefined ? [] : [[key, image] as const]),
    ...Object.entries(outputs satisfies JsonObject).flatMap(([name, value]) =>
      typeof value === 'string' && imageDigest.test(value) ? [[`${key}.${name}`, value] as const] : [],
    ),
  ];
}
