import type { Plan } from '@cicd/engine';
import { CicdError, ConfigError, type GrantPolicy, type Privileges, type Problem } from '@cicd/plugin';
import { askedInPlan } from './asked-in-plan.ts';

/** What becomes of a step's wish for privileges, as things are now. */
export interface JudgedPrivileges {
  readonly step: string;
  readonly privileges: Privileges;
  /** `later`: it holds a template. */
  readonly verdict: 'granted' | 'refused' | 'later';
  readonly problem?: Problem;
}

/** Judges all that a plan asks for; each is judged again when its step's container is made. */
export async function judgePlan(
  plan: Plan,
  project: string,
  policy: GrantPolicy,
): Promise<readonly JudgedPrivileges[]> {
  return Promise.all(
    askedInPlan(plan).map(async ({ step, privileges, isOpen }): Promise<JudgedPrivileges> => {
      if (isOpen) return { step, privileges, verdict: 'later' };
      try {
        const resolved = await policy.authorize(privileges, { project, pipeline: plan.pipeline, step });
        return { step, privileges: resolved, verdict: 'granted' };
      } catch (error) {
        if (!CicdError.isInstance(error)) throw error;
        const { code, message, hint } = error;
        const problem: Problem = { code, severity: 'error', message, path: step, ...(hint !== undefined && { hint }) };
        return { step, privileges, verdict: 'refused', problem };
      }
    }),
  );
}

/** Refuses a run whose plan asks for what is not granted, before anything of it begins. Errors: `grant.refused`. */
export async function refuseUngranted(plan: Plan, project: string, policy: GrantPolicy): Promise<void> {
  const refused = (await judgePlan(plan, project, policy)).flatMap(({ problem }) => problem ?? []);
  const [first] = refused;
  if (!first) return;
  throw new ConfigError({
    code: refused.some(({ code }) => code === 'grant.refused') ? 'grant.refused' : 'grant.invalid',
    message: refused.map(({ message }) => message).join('; '),
    hint: refused.map(({ hint }) => hint ?? '').join('\n'),
    problems: refused,
  });
}
