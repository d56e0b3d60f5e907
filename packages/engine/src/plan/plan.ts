import type { Json, JsonObject } from '@cicd/plugin';
import type { InputDefinition, PipelineStep } from '../definition/pipeline-definition.ts';

/** A place in a pipeline file; lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface PlanCondition {
  /** CEL, as written. */
  readonly expression: string;
  /** True for `skip_if`. */
  readonly negated: boolean;
  /** Whether it uses always(), failure(), cancelled() or success(): then it is judged when all needs are final. */
  readonly usesStatus: boolean;
}

export interface PlanRetry {
  /** 1 = no retry. */
  readonly maxAttempts: number;
  /** Milliseconds before the second attempt. */
  readonly delay: number;
  /** Factor of each further delay. */
  readonly backoff: number;
  /** Milliseconds. */
  readonly maxDelay: number;
  readonly on: readonly ('failure' | 'timeout')[];
}

export type OnError = 'stop' | 'skip' | 'compensate';

/** One step as written; a matrix is one plan step with several combinations. */
export interface PlanStep {
  readonly name: string;
  readonly type: string;
  /** Names of steps. The sequential default is resolved. */
  readonly needs: readonly string[];
  readonly condition?: PlanCondition;
  readonly matrix?: { readonly combinations: readonly JsonObject[]; readonly maxParallel?: number };
  /** As written, `defaults` filled in, commands rewritten so that templates are variable references. */
  readonly config: JsonObject;
  /** What the rewritten commands refer to: variable name → template, `{{ … }}`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Outputs that the pipeline declares for this step: name → JSON Schema. */
  readonly outputs: Readonly<Record<string, JsonObject>>;
  /** Milliseconds; absent = what the resolved configuration says, else one hour. */
  readonly timeout?: number;
  readonly retry: PlanRetry;
  readonly onError: OnError;
  readonly workspace: 'shared' | 'copy' | 'none';
  /** Of a structured step: what stands inside it. */
  readonly flow?: Flow<PlanStep>;
  /** Literal images of this step and of those inside it, to be pulled ahead. */
  readonly images: readonly string[];
  /** Where each text that holds an expression stands: path (`if`, `config.commands[0]`, a variable's name) → place. Not part of the digest. */
  readonly places: Readonly<Record<string, Place>>;
}

/** The steps inside a structured step; what it goes by (items, conditions, inputs) stands in its `config`. */
export type Flow<Step> =
  | { readonly kind: 'parallel' | 'while'; readonly steps: readonly Step[] }
  /** `as`: what the steps call the item. */
  | { readonly kind: 'foreach'; readonly as: string; readonly steps: readonly Step[] }
  | {
      readonly kind: 'conditional';
      readonly routes: Readonly<Record<string, readonly Step[]>>;
      readonly default?: readonly Step[];
    }
  /** `pipeline`: a name in the plan's `called`. */
  | { readonly kind: 'call'; readonly pipeline: string };

/** A pipeline that steps of a plan call: its steps run inside them, with inputs of their own. */
export interface CalledPipeline {
  readonly name: string;
  readonly inputs: Readonly<Record<string, InputDefinition>>;
  /** For its containers; templates as written. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly failFast: boolean;
  /** Their matrices are expanded when the inputs are known. */
  readonly steps: readonly PipelineStep[];
  readonly compensation: readonly PipelineStep[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** A pipeline resolved for one run: what will be done, in data. */
export interface Plan {
  readonly version: 1;
  readonly pipeline: string;
  /** File the plan came from, as given. Not part of the digest. */
  readonly file: string;
  /** SHA-256, hexadecimal, over everything but places and file. */
  readonly digest: string;
  /** Checked, defaults filled in. */
  readonly inputs: JsonObject;
  /** For every container; templates as written. */
  readonly env: Readonly<Record<string, string>>;
  /** Names of the secrets that the pipeline refers to. */
  readonly secrets: readonly string[];
  /** Names of outer variables that expressions refer to (`env.NAME`) and `env` does not define. */
  readonly outerEnv: readonly string[];
  /** Milliseconds. */
  readonly timeout?: number;
  readonly failFast: boolean;
  readonly concurrency?: { readonly group: string; readonly cancelInProgress: boolean };
  readonly source: Json;
  /** What expressions ask about the source, to be answered in `run.source.answers`; absent = nothing. */
  readonly sourceQuestions?: readonly string[];
  /** In the order of the file. */
  readonly steps: readonly PlanStep[];
  /** Run in reverse when a step's `onError` is `compensate`. */
  readonly compensation: readonly PlanStep[];
  /** By name, the pipelines that its steps call and those that these call; absent = none. */
  readonly called?: Readonly<Record<string, CalledPipeline>>;
  readonly outputs: Readonly<Record<string, string>>;
}
