import type { JsonObject, Problem } from '@cicd/plugin';
import type { PipelineStep } from '../definition/pipeline-definition.ts';
import type { Flow, PlanStep } from './plan.ts';
import { resolveMatrix } from './resolve-matrix.ts';

/**
 * Steps whose matrices, and those inside them, are expanded over the inputs. `path`: of the list in its pipeline.
 * Reports `plan.matrix_invalid`; such a step is left without its matrix.
 */
export function compileSteps(
  steps: readonly PipelineStep[],
  inputs: JsonObject,
  path: string,
  report: (problem: Problem) => void,
): readonly PlanStep[] {
  return steps.map((step, index) => compileStep(step, inputs, `${path}[${index}]`, report));
}

function compileStep(
  step: PipelineStep,
  inputs: JsonObject,
  path: string,
  report: (problem: Problem) => void,
): PlanStep {
  const { matrix, flow, ...rest } = step;
  const inner = flow && { flow: compileFlow(flow, inputs, `${path}.config`, report) };
  if (!matrix) return { ...rest, ...inner };
  const resolved = resolveMatrix(matrix, inputs, `${path}.matrix`);
  if ('matrix' in resolved) return { ...rest, ...inner, matrix: resolved.matrix };
  report({
    code: 'plan.matrix_invalid',
    severity: 'error',
    message: `the matrix of \`${step.name}\`: ${resolved.problem}`,
    hint: resolved.hint,
    path: `${path}.matrix`,
    ...step.places['matrix'],
  });
  return { ...rest, ...inner };
}

function compileFlow(
  flow: Flow<PipelineStep>,
  inputs: JsonObject,
  path: string,
  report: (problem: Problem) => void,
): Flow<PlanStep> {
  const compile = (steps: readonly PipelineStep[], key: string) =>
    compileSteps(steps, inputs, `${path}.${key}`, report);
  switch (flow.kind) {
    case 'call':
      return flow;
    case 'conditional':
      return {
        kind: flow.kind,
        routes: Object.fromEntries(
          Object.entries(flow.routes).map(([route, steps]) => [route, compile(steps, `routes.${route}`)]),
        ),
        ...(flow.default && { default: compile(flow.default, 'default') }),
      };
    default:
      return { ...flow, steps: compile(flow.steps, 'steps') };
  }
}
