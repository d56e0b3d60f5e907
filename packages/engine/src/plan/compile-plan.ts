import { ConfigError, type JsonObject, type Problem } from '@cicd/plugin';
import type { PipelineDefinition } from '../definition/index.ts';
import { compileSteps } from './compile-steps.ts';
import { digestPlan } from './digest.ts';
import type { Plan } from './plan.ts';
import { readInputs } from './read-inputs.ts';

export interface CompilePlanOptions {
  /** By name: values, or texts as they are written on a command line. */
  readonly inputs?: JsonObject;
}

/**
 * What a run of a pipeline with these inputs will do. The same definition and inputs give the same digest, wherever
 * it is compiled. Costs grow linearly with the file and with the matrix members.
 *
 * Errors: `plan.invalid`, with a problem per input (`plan.input_unknown`, `plan.input_missing`, `plan.input_invalid`)
 * and per matrix (`plan.matrix_invalid`).
 */
export function compilePlan(definition: PipelineDefinition, options: CompilePlanOptions = {}): Plan {
  const { inputs, problems: inputProblems } = readInputs(definition, options.inputs ?? {});
  const problems: Problem[] = [...inputProblems];
  // A matrix over inputs that are wrong would only repeat their problem.
  const compile = (list: 'steps' | 'compensation') =>
    inputProblems.length > 0
      ? []
      : compileSteps(definition[list], inputs, list, (problem) => problems.push({ ...problem, file: definition.file }));
  const steps = compile('steps');
  const compensation = compile('compensation');
  if (problems.length > 0) {
    const message =
      problems.length === 1
        ? (problems[0]?.message ?? '')
        : `${problems.length} problems: ${problems.map((problem) => problem.message).join('; ')}`;
    throw new ConfigError({
      code: 'plan.invalid',
      message: `\`${definition.name}\` cannot be planned: ${message}`,
      hint: problems[0]?.hint,
      problems,
    });
  }

  const plan: Omit<Plan, 'digest'> = {
    version: 1,
    pipeline: definition.name,
    file: definition.file,
    inputs,
    env: definition.env,
    secrets: definition.secrets,
    outerEnv: definition.outerEnv,
    ...(definition.timeout === undefined ? {} : { timeout: definition.timeout }),
    failFast: definition.failFast,
    ...(definition.concurrency ? { concurrency: definition.concurrency } : {}),
    source: definition.source,
    ...(definition.sourceQuestions.length > 0 && { sourceQuestions: definition.sourceQuestions }),
    steps,
    compensation,
    ...(Object.keys(definition.called).length > 0 && { called: definition.called }),
    outputs: definition.outputs,
  };
  return { ...plan, digest: digestPlan(plan) };
}
