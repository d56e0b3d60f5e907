import type { Json, JsonObject } from '@cicd/plugin';

/** What a step's result looks like to an expression: `steps.build.version`. */
export interface StepValues {
  readonly status: string;
  readonly passed: boolean;
  readonly started_at?: string;
  readonly duration_ms?: number;
  readonly attempts?: number;
  /** Declared outputs, and for a matrix group `matrix`. */
  readonly [output: string]: Json | undefined;
}

/** The values an expression sees when it is evaluated. */
export interface ExpressionValues {
  readonly inputs: JsonObject;
  /** Results by name; those of the steps around stand in its prototypes, the nearest first. */
  readonly steps: Readonly<Record<string, StepValues>>;
  readonly matrix?: JsonObject;
  /** Names of a structured step at the root: `item`, `index`. */
  readonly locals?: JsonObject;
  readonly env: Readonly<Record<string, string>>;
  readonly run: {
    readonly id: string;
    readonly pipeline: string;
    readonly attempt: number;
    readonly trigger: JsonObject;
    readonly previous_id?: string;
    readonly started_at: string;
    readonly source?: JsonObject;
  };
  readonly secrets: Readonly<Record<string, string>>;
  readonly environment?: JsonObject;
  /** For conditions only. */
  readonly status?: { readonly failed: boolean; readonly cancelled: boolean };
  /** Where the text stands: makes `uuid()` fixed per run and place. */
  readonly place: string;
}
