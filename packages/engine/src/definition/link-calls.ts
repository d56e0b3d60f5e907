import type { CalledPipeline } from '../plan/plan.ts';
import type { PipelineCall } from './check/pipeline-calls.ts';
import type { PipelineDefinition } from './pipeline-definition.ts';

/**
 * The pipelines with those that they call, directly or not, and with the secrets and outer variables of these. One that
 * calls a pipeline with errors has an error itself, and is left out.
 */
export function linkCalls(
  pipelines: ReadonlyMap<string, PipelineDefinition>,
  calls: ReadonlyMap<string, readonly PipelineCall[]>,
): ReadonlyMap<string, PipelineDefinition> {
  const linked = [...pipelines].flatMap(([name, pipeline]): [string, PipelineDefinition][] => {
    const names = new Set((calls.get(name) ?? []).map((call) => call.pipeline));
    for (const called of names) for (const { pipeline: next } of calls.get(called) ?? []) names.add(next);
    if (names.size === 0) return [[name, pipeline]];
    const called = [...names].flatMap((each) => pipelines.get(each) ?? []);
    if (called.length < names.size) return [];
    const all = [pipeline, ...called];
    const joined = (key: 'secrets' | 'outerEnv' | 'sourceQuestions') =>
      [...new Set(all.flatMap((each) => each[key]))].toSorted();
    return [
      [
        name,
        {
          ...pipeline,
          secrets: joined('secrets'),
          outerEnv: joined('outerEnv'),
          sourceQuestions: joined('sourceQuestions'),
          called: Object.fromEntries(called.map((each) => [each.name, callableOf(each)])),
        },
      ],
    ];
  });
  return new Map(linked);
}

function callableOf(pipeline: PipelineDefinition): CalledPipeline {
  const { name, inputs, env, timeout, failFast, steps, compensation, outputs } = pipeline;
  return {
    name,
    inputs,
    env,
    ...(timeout === undefined ? {} : { timeout }),
    failFast,
    steps,
    compensation,
    outputs,
  };
}
