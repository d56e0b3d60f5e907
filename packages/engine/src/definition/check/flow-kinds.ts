import type { AnyStepDefinition } from '@cicd/plugin';
import type { Flow } from '../../plan/plan.ts';

export type FlowKind = Flow<never>['kind'];

const kinds: Readonly<Record<string, FlowKind>> = {
  'step.parallel': 'parallel',
  'step.foreach': 'foreach',
  'step.while': 'while',
  'step.conditional': 'conditional',
  'step.workflow_call': 'call',
};

/** How a structured step performs what stands inside it; undefined for any other. */
export const flowKindOf = (definition: AnyStepDefinition | undefined): FlowKind | undefined =>
  definition?.isStructured === true ? kinds[definition.type] : undefined;
