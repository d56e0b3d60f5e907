import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { AnyStep } from './inner-steps.ts';
import type { CalledPipeline, Flow, Plan, PlanStep } from './plan.ts';

/** SHA-256, hexadecimal, over what a plan does: not over its file, nor where in it things stand. */
export function digestPlan(plan: Omit<Plan, 'digest'>): string {
  const { file: _file, steps, compensation, called, ...rest } = plan;
  return digestOf({
    ...rest,
    steps: withoutPlaces(steps),
    compensation: withoutPlaces(compensation),
    ...(called && { called: withoutPlacesOfCalled(called) }),
  });
}

/** SHA-256, hexadecimal, over what every step of a plan works with: variables and the pipelines that it may call. */
export const digestSurroundings = ({ env, called }: Plan): string =>
  digestOf({ env, ...(called && { called: withoutPlacesOfCalled(called) }) });

/** SHA-256, hexadecimal, over what a step does. */
export const digestStep = (step: PlanStep): string => digestOf(withoutPlaces([step]));

const withoutPlaces = (steps: readonly AnyStep[]): readonly object[] =>
  steps.map(({ places: _places, flow, ...step }) => (flow ? { ...step, flow: flowWithoutPlaces(flow) } : step));

function flowWithoutPlaces(flow: Flow<AnyStep>): object {
  if (flow.kind === 'call') return flow;
  if (flow.kind !== 'conditional') return { ...flow, steps: withoutPlaces(flow.steps) };
  const routes = Object.entries(flow.routes).map(([route, steps]) => [route, withoutPlaces(steps)]);
  return {
    ...flow,
    routes: Object.fromEntries(routes),
    ...(flow.default && { default: withoutPlaces(flow.default) }),
  };
}

const withoutPlacesOfCalled = (called: Readonly<Record<string, CalledPipeline>>): object =>
  Object.fromEntries(
    Object.entries(called).map(([name, pipeline]) => [
      name,
      {
        ...pipeline,
        steps: withoutPlaces(pipeline.steps),
        compensation: withoutPlaces(pipeline.compensation),
      },
    ]),
  );

/** SHA-256, hexadecimal, of data: equal data has an equal digest. */
export const digestOf = (value: object): string => createHash('sha256').update(canonicalJson(value)).digest('hex');
