import { changedSteps } from '../plan/changed-steps.ts';
import { innerStepsOf, type AnyStep } from '../plan/inner-steps.ts';
import type { Plan, PlanStep } from '../plan/plan.ts';
import { hasPassed } from './outcome.ts';
import type { GroupState, RunState } from './state.ts';

export interface RerunChoice {
  /** Names of steps to run again, with all that follow them. Those that did not end well run in any case. */
  readonly from?: readonly string[];
  /** Keeps nothing. */
  readonly whole?: boolean;
  /** The workspace is made anew: what worked in it before the steps to run does so again. */
  readonly clean?: boolean;
  /** What the run is to do from now on, where that is something else. */
  readonly plan?: Plan;
  /** Step types that every rerun performs anew, because they ask whether it may go on. */
  readonly asksAgain: (type: string) => boolean;
}

/**
 * Keys of the steps whose result another attempt of the run takes over. Run again are: what did not end well or has
 * changed, what is named, what follows one of those, and what asks before one of those. A run that ended well, and is
 * asked for nothing in particular, is run as a whole.
 */
export function keptSteps(state: RunState, choice: RerunChoice): readonly string[] {
  const { plan = state.plan, from = [] } = choice;
  if (choice.whole) return [];
  const failed = plan.steps.filter(({ name }) => !isSound(state.groups.get(name)));
  const chosen = new Set([...from, ...(choice.plan ? changedSteps(state.plan, choice.plan) : [])]);
  if (failed.length === 0 && chosen.size === 0 && !choice.plan) return [];

  const steps = new Map(plan.steps.map((step) => [step.name, step]));
  const followers = new Map<string, string[]>(plan.steps.map(({ name }) => [name, []]));
  for (const { name, needs } of plan.steps) for (const need of needs) followers.get(need)?.push(name);
  const needsOf = (name: string) => steps.get(name)?.needs ?? [];

  /** To be run as a whole; of a group that failed by itself, the members that ended well are kept. */
  const again = reach([...chosen], (name) => followers.get(name) ?? []);
  for (const { name } of failed) {
    for (const follower of reach(followers.get(name) ?? [], (next) => followers.get(next) ?? [])) again.add(follower);
  }
  const before = reach([...again, ...failed.map(({ name }) => name)].flatMap(needsOf), needsOf);
  for (const name of before) {
    const step = steps.get(name);
    if (step && (asks(plan, step, choice) || (choice.clean && leavesFiles(step)))) again.add(name);
  }
  return plan.steps.flatMap(({ name }) =>
    again.has(name) ? [] : (state.groups.get(name)?.members ?? []).filter(isKept(state, name)).map(({ key }) => key),
  );
}

/** Whether nothing of a step has to be run again for its own sake. */
const isSound = (group: GroupState | undefined): boolean =>
  group?.members.every((member) => hasPassed(member) || (member.status === 'failed' && isForgiven(group))) ?? false;

const isForgiven = ({ step }: GroupState) => step.onError === 'skip';

const isKept = (state: RunState, name: string) => {
  const group = state.groups.get(name);
  return ({ status }: GroupState['members'][number]) =>
    status === 'succeeded' || (status === 'failed' && group !== undefined && isForgiven(group));
};

/** Whether a step, or one inside it, asks whether the run may go on. */
const asks = (plan: Plan, step: AnyStep, choice: RerunChoice): boolean =>
  choice.asksAgain(step.type) || innerStepsOf(plan, step).some((inner) => asks(plan, inner, choice));

const leavesFiles = ({ workspace, flow }: PlanStep) => workspace === 'shared' || flow !== undefined;

/** Everything that can be reached from these names, themselves included. */
function reach(from: readonly string[], next: (name: string) => readonly string[]): Set<string> {
  const reached = new Set(from);
  for (const name of reached) for (const further of next(name)) reached.add(further);
  return reached;
}
