import { hasTemplate, type StaticLevel, type StaticStep } from '../../expression/index.ts';
import type { DocumentPath } from '../document-path.ts';
import { isMap } from '../is-map.ts';
import type { WrittenStep } from '../schema/step-schema.ts';
import { checkStepNames } from './check-names.ts';
import { checkStep, checkStepShape } from './check-step.ts';
import type { CheckedList, StepSurroundings } from './checked-step.ts';
import { knownOutputs } from './known-outputs.ts';
import type { PipelineCheck } from './pipeline-check.ts';
import { buildStepGraph } from './step-graph.ts';
import { UpstreamSteps } from './upstream-steps.ts';

export const maximumSteps = 10_000;

/** A step that is a map, and where it stands. */
export interface PlacedStep {
  readonly written: WrittenStep;
  /** Empty where it is no text. */
  readonly name: string;
  readonly path: DocumentPath;
}

/** Checks a list of steps inside a step, or the one step that stands for such a list. `startsAtOnce`: a step without `needs` does not follow the one before. */
export function checkInnerList(
  check: PipelineCheck,
  written: unknown,
  path: DocumentPath,
  surroundings: StepSurroundings,
  startsAtOnce = false,
): CheckedList {
  // Accepted wherever a value is, but not in the place of steps.
  if (typeof written === 'string' && hasTemplate(written))
    check.problems.report({
      code: 'pipeline.template_refused',
      path,
      message: 'steps cannot come out of a template',
      hint: 'Write the steps here, and give those that may not run an `if`.',
    });
  const steps = isMap(written) ? placeStep(check, written, path) : placeSteps(check, written, path);
  checkStepNames(steps, check.problems);
  return checkStepList(check, steps, { surroundings, around: levelOf(check, surroundings), startsAtOnce });
}

/** The level that the steps around stand on. */
const levelOf = (check: PipelineCheck, { steps, allSteps, around }: StepSurroundings): StaticLevel => ({
  steps,
  allSteps: allSteps ?? check.scope.allSteps,
  around,
});

export function placeSteps(check: PipelineCheck, written: unknown, path: DocumentPath): readonly PlacedStep[] {
  if (!Array.isArray(written)) return [];
  return written.slice(0, maximumSteps).flatMap((step: unknown, index) => placeStep(check, step, [...path, index]));
}

function placeStep(check: PipelineCheck, step: unknown, path: DocumentPath): readonly PlacedStep[] {
  const found = checkStepShape(check, step, path);
  const name: unknown = found?.name;
  return found ? [{ written: found, name: typeof name === 'string' ? name : '', path }] : [];
}

interface ListOptions {
  /** Matrix and names of what is around. */
  readonly surroundings?: Pick<StepSurroundings, 'matrix' | 'locals'>;
  readonly around?: StaticLevel;
  readonly startsAtOnce?: boolean;
}

/** Checks steps whose names have been checked, and how they follow each other. */
export function checkStepList(
  check: PipelineCheck,
  steps: readonly PlacedStep[],
  { surroundings, around, startsAtOnce = false }: ListOptions = {},
): CheckedList {
  const known = new Map(
    steps.flatMap((step) => (step.name === '' ? [] : [[step.name, staticStep(check, step)] as const])),
  );
  const allSteps = new Set(known.keys());
  if (!around) for (const name of known.keys()) check.scope.allSteps.add(name);
  const needsWhenUnsaid = startsAtOnce ? [] : undefined;
  const graph = buildStepGraph(
    steps.map(({ name, written, path }) => ({ name, needs: needsOf(written) ?? needsWhenUnsaid, path })),
    check.problems,
    around?.allSteps,
  );
  const checked = steps.map((step, index) =>
    checkStep(check, step.written, step.path, {
      matrix: surroundings?.matrix,
      locals: surroundings?.locals,
      steps: new UpstreamSteps(known, (other) => graph.mayRead(index, other)),
      ...(around && { allSteps, around }),
    }),
  );
  return { steps: checked, needs: graph.needs, known };
}

const staticStep = (check: PipelineCheck, { written }: PlacedStep): StaticStep => ({
  outputs: knownOutputs(check, written),
  isMatrix: written.matrix !== undefined,
});

function needsOf(step: WrittenStep): string | readonly string[] | undefined {
  const needs: unknown = step.needs;
  if (Array.isArray(needs)) return needs.filter((need) => typeof need === 'string');
  return typeof needs === 'string' ? needs : undefined;
}
