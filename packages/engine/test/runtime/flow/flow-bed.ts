import { createStepRegistry, StepFailure, type AnyStepDefinition, type JsonObject } from '@cicd/plugin';
import type { FakeProgram } from '@cicd/plugin/testing';
import { Type } from 'typebox';
import { parsePipelineFile } from '../../../src/definition/index.ts';
import { flowSteps } from '../../../src/flow/index.ts';
import { compilePlan } from '../../../src/plan/index.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { RunState } from '../../../src/run/state.ts';
import { containerStep, step } from '../harness.ts';

const closed = { additionalProperties: false };

/** Its value is its output, and stands in `said`. `fail` makes it fail as often as its attempt is in the list. */
function sayStep(said: string[]): AnyStepDefinition {
  return step(
    'say',
    (ctx) => {
      const { value, fails = [] } = ctx.config as { value: string; fails?: number[] };
      said.push(`${ctx.step.key}@${ctx.step.attempt}: ${value}`);
      if (fails.includes(ctx.step.attempt))
        throw new StepFailure({ code: 'step.command_failed', message: `${ctx.step.name} does not want to` });
      return { outputs: { value } };
    },
    {
      config: Type.Object(
        { value: Type.Optional(Type.Unknown()), fails: Type.Optional(Type.Array(Type.Integer())) },
        closed,
      ),
      outputs: Type.Object({ value: Type.Unknown() }),
    },
  );
}

/** Runs until it is told to end. */
const endless = step(
  'endless',
  ({ signal }) =>
    new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  { config: Type.Object({}, closed) },
);

const gate = step('gate', () => ({ wait: { kind: 'event', deadline: Date.UTC(2027, 0, 1) } }), {
  config: Type.Object({}, closed),
  resume: (_, { value }) => Promise.resolve({ outputs: value ?? {} }),
});

/** Step types for pipelines with steps inside steps, and what they say, in order. */
export function flowBed() {
  const said: string[] = [];
  const container = { ...containerStep(), config: Type.Object({}, closed) };
  const steps = [...flowSteps, sayStep(said), endless, gate, container];
  return {
    said,
    steps,
    compile(yaml: string, inputs: JsonObject = {}): Plan {
      const { pipelines, problems } = parsePipelineFile(yaml, {
        file: 'cicd.yaml',
        registry: createStepRegistry(steps),
      });
      const [definition] = pipelines.values();
      if (!definition || problems.length > 0) throw new Error(JSON.stringify(problems));
      return compilePlan(definition, { inputs });
    },
  };
}

export const statuses = (state: RunState) =>
  Object.fromEntries([...state.steps.values()].map(({ key, status, reason }) => [key, reason ?? status]));

/** A program that writes what it finds in its workspace, then leaves its own mark there. */
export const marking =
  (seen: Record<string, readonly string[]>): FakeProgram =>
  ({ key, workspace }) => {
    seen[key.step] = workspace?.paths() ?? [];
    workspace?.write(key.step, 'was here');
  };
