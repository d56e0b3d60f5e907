import type { StaticStep } from '../../expression/index.ts';
import type { Place, PlanCondition } from '../../plan/plan.ts';
import type { DocumentPath } from '../document-path.ts';
import type { MatrixDefinition } from '../matrix.ts';
import type { WrittenStep } from '../schema/step-schema.ts';
import type { CheckedConfig } from './check-config.ts';
import type { TextScope } from './check-expression-text.ts';

/** What a step sees: the steps before it, those around it, the names that they give. */
export type StepSurroundings = Pick<TextScope, 'steps' | 'matrix' | 'allSteps' | 'around' | 'locals'>;

export interface CheckedStep extends CheckedConfig {
  readonly written: WrittenStep;
  readonly path: DocumentPath;
  readonly matrix: MatrixDefinition | undefined;
  readonly condition: PlanCondition | undefined;
  /** Of a structured step: what stands inside it. */
  readonly flow: CheckedFlow | undefined;
}

/** What stands inside a structured step. */
export type CheckedFlow = (
  | { readonly kind: 'parallel' | 'while'; readonly list: CheckedList }
  | { readonly kind: 'foreach'; readonly as: string; readonly list: CheckedList }
  | {
      readonly kind: 'conditional';
      readonly routes: Readonly<Record<string, CheckedList>>;
      readonly default?: CheckedList;
    }
  | { readonly kind: 'call'; readonly pipeline: string }
) & {
  /** Where its expressions stand, by path. */
  readonly places: Readonly<Record<string, Place>>;
};

export interface CheckedList {
  readonly steps: readonly CheckedStep[];
  /** Of each step. */
  readonly needs: readonly (readonly string[])[];
  /** Every step of the list that has a name. */
  readonly known: ReadonlyMap<string, StaticStep>;
}

/** Checks a list of steps inside a step. `startsAtOnce`: one without `needs` does not follow the one before. */
export type InnerListCheck = (
  written: unknown,
  path: DocumentPath,
  surroundings: StepSurroundings,
  startsAtOnce?: boolean,
) => CheckedList;
