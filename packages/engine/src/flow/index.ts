import type { AnyStepDefinition } from '@cicd/plugin';
import { conditional } from './conditional.ts';
import { foreach } from './foreach.ts';
import { parallel } from './parallel.ts';
import { whileStep } from './while.ts';
import { workflowCall } from './workflow-call.ts';

/** The step types that the engine itself performs; a registry takes them like any others. */
export const flowSteps: readonly AnyStepDefinition[] = [parallel, foreach, whileStep, conditional, workflowCall];
