import type { Json, JsonObject } from '@cicd/plugin';
import type { RecordedError } from './events.ts';
import type { Group, Unit } from './run-index.ts';
import type { RunMode, ScopeState } from './state.ts';

/** Why a scope, and with it what is around it, ends badly. */
export interface InnerFailure {
  /** Key of the step that failed first. */
  readonly step: string;
  readonly error: RecordedError;
  /** It never got as far as its work: nothing around it is tried again. */
  readonly configuration: boolean;
}

/** A list of steps that are performed together: the pipeline's own, or one turn of a structured step. */
export interface Scope extends ScopeState {
  /** The structured step around it; absent for the pipeline's own steps. */
  readonly parent?: Unit;
  readonly groups: Map<string, Group>;
  /** How far this scope still goes; around it things may be otherwise. */
  mode: RunMode;
  readonly failFast: boolean;
  /** How many of its steps run at the same time. */
  readonly maxParallel: number;
  /** Units that are not final. */
  open: number;
  /** Places in use. */
  places: number;
  /** Units that wait for a place, in order. */
  readonly held: Set<Unit>;
  failed: boolean;
  failure?: InnerFailure;
  /** A failure asked for the compensation list. */
  compensate: boolean;
  isClosed: boolean;
}

/** What a structured step goes by, evaluated once and kept: a restart does not evaluate it again. */
export type FlowEntry =
  | { readonly kind: 'parallel'; readonly maxParallel?: number; readonly failFast?: boolean }
  | {
      readonly kind: 'foreach';
      readonly items: readonly Json[];
      /** Turns at the same time. */
      readonly concurrency: number;
      readonly collectErrors: boolean;
    }
  | { readonly kind: 'while'; readonly maxIterations: number }
  /** `default` where no route fits. */
  | { readonly kind: 'conditional'; readonly route: string }
  | { readonly kind: 'call'; readonly inputs: JsonObject };

/** What goes on inside one attempt of a structured step. */
export interface Inside {
  entry?: FlowEntry;
  /** In the order of their opening; of a loop, by turn. */
  readonly scopes: Scope[];
  readonly open: Set<Scope>;
  /** What ends the step, once nothing of it is open. */
  failure?: InnerFailure;
  /** Failed turns of a `foreach` that collects them. */
  readonly collected: { readonly turn: number; readonly failure: InnerFailure }[];
  compensate: boolean;
  /** Turns whose own copy of the workspace is complete; undefined for the copy of the step as a whole. */
  readonly prepared: Set<number | undefined>;
  /** The step reached its deadline. */
  expired: boolean;
}
