import type { Json, JsonObject } from '@cicd/plugin';
import type { CalledPipeline, Flow, PlanStep } from '../plan/plan.ts';
import type { MatrixDefinition } from './matrix.ts';

export type InputType = 'string' | 'integer' | 'number' | 'boolean' | 'list' | 'map';

export interface InputDefinition {
  readonly type: InputType;
  readonly description?: string;
  readonly required: boolean;
  readonly default?: Json;
  /** What a value must fit. */
  readonly schema: JsonObject;
}

/** A checked step: a step of a plan, but for matrices, its own and those inside it, which need the inputs. */
export interface PipelineStep extends Omit<PlanStep, 'matrix' | 'flow'> {
  readonly matrix?: MatrixDefinition;
  readonly flow?: Flow<PipelineStep>;
}

/** A pipeline without errors: what every plan of it begins from. */
export interface PipelineDefinition {
  readonly name: string;
  readonly description?: string;
  /** As given to `parsePipelineFile`. */
  readonly file: string;
  readonly inputs: Readonly<Record<string, InputDefinition>>;
  /** As written. */
  readonly triggers: readonly JsonObject[];
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly failFast: boolean;
  readonly concurrency?: { readonly group: string; readonly cancelInProgress: boolean };
  /** `project`, `none`, or as written. */
  readonly source: Json;
  readonly steps: readonly PipelineStep[];
  readonly compensation: readonly PipelineStep[];
  readonly outputs: Readonly<Record<string, string>>;
  /** Names of the secrets and outer variables that it and the pipelines it calls refer to. */
  readonly secrets: readonly string[];
  readonly outerEnv: readonly string[];
  /** What they ask about the source; each is read by `readSourceQuestion`. */
  readonly sourceQuestions: readonly string[];
  /** By name, the pipelines that its steps call and those that these call. */
  readonly called: Readonly<Record<string, CalledPipeline>>;
}
