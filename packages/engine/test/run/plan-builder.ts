import type { Plan, PlanStep } from '../../src/plan/plan.ts';

type StepSketch = Partial<Omit<PlanStep, 'condition' | 'retry'>> & {
  readonly name: string;
  readonly if?: string;
  readonly skipIf?: string;
  readonly retry?: Partial<PlanStep['retry']>;
};

/** A plan step with everything that a test does not care about. */
export function planStep({ if: condition, skipIf, retry, ...step }: StepSketch): PlanStep {
  const expression = condition ?? skipIf;
  return {
    type: 'step.test',
    needs: [],
    config: {},
    variables: {},
    outputs: {},
    onError: 'stop',
    workspace: 'shared',
    images: [],
    places: {},
    ...step,
    retry: { maxAttempts: 1, delay: 1_000, backoff: 2, maxDelay: 30_000, on: ['failure'], ...retry },
    ...(expression !== undefined && {
      condition: {
        expression,
        negated: skipIf !== undefined,
        usesStatus: /\b(always|failure|cancelled|success)\(\)/.test(expression),
      },
    }),
  };
}

export function plan(
  steps: readonly StepSketch[],
  rest: Partial<Omit<Plan, 'steps' | 'compensation'>> & { readonly compensation?: readonly StepSketch[] } = {},
): Plan {
  return {
    version: 1,
    pipeline: 'demo',
    file: 'cicd.yaml',
    digest: 'd'.repeat(64),
    inputs: {},
    env: {},
    secrets: [],
    outerEnv: [],
    failFast: false,
    source: 'none',
    outputs: {},
    ...rest,
    steps: steps.map(planStep),
    compensation: (rest.compensation ?? []).map(planStep),
  };
}
