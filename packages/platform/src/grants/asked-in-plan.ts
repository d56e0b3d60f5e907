import { innerStepsOf, type AnyStep, type Plan } from '@cicd/engine';
import { asksForNothing, readPrivileges, type Privileges } from '@cicd/plugin';

/** What a step of a plan asks for. */
export interface AskedPrivileges {
  /** Names of the step and of those around it. */
  readonly step: string;
  readonly privileges: Privileges;
  /** A template stands for something of it: it is judged when it is known, before the step's container is made. */
  readonly isOpen: boolean;
}

/** Every step of a plan that asks for privileges, in order; of called pipelines too. */
export function askedInPlan(plan: Plan): readonly AskedPrivileges[] {
  const found: AskedPrivileges[] = [];
  const calling = new Set<AnyStep>();
  const visit = (step: AnyStep, around: string) => {
    // A pipeline that two steps call is shown with each, one that is looked at just now is not entered again.
    if (calling.has(step)) return;
    calling.add(step);
    const name = around === '' ? step.name : `${around}.${step.name}`;
    const written = step.config['privileges'];
    if (written !== undefined) found.push(...asked(name, written));
    for (const inner of innerStepsOf(plan, step)) visit(inner, name);
    calling.delete(step);
  };
  for (const step of [...plan.steps, ...plan.compensation]) visit(step, '');
  return found;
}

function asked(step: string, written: unknown): readonly AskedPrivileges[] {
  if (typeof written !== 'object' || written === null)
    return [{ step, privileges: readPrivileges(undefined), isOpen: true }];
  const privileges = readPrivileges(written);
  const isOpen = JSON.stringify(written).includes('{{');
  return asksForNothing(privileges) ? [] : [{ step, privileges, isOpen }];
}
