import type { CheckedFlow, CheckedStep } from './checked-step.ts';

/** The steps inside a structured step. */
export function stepsInFlow(flow: CheckedFlow): readonly CheckedStep[] {
  switch (flow.kind) {
    case 'call':
      return [];
    case 'conditional':
      return [...Object.values(flow.routes), ...(flow.default ? [flow.default] : [])].flatMap(({ steps }) => steps);
    case 'parallel':
    case 'foreach':
    case 'while':
      return flow.list.steps;
  }
}

/** Steps with all those inside them. */
export const withInnerSteps = (steps: readonly CheckedStep[]): readonly CheckedStep[] =>
  steps.flatMap((step) => [step, ...(step.flow ? withInnerSteps(stepsInFlow(step.flow)) : [])]);
