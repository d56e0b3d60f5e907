import type { JsonObject } from '@cicd/plugin';

/** What is known of a name before anything runs. */
export interface StaticStep {
  /** Declared outputs: name → JSON Schema. */
  readonly outputs: ReadonlyMap<string, JsonObject>;
  /** A matrix group: only status, passed and matrix can be read on it. */
  readonly isMatrix: boolean;
}

/** The steps that stand in one list with an expression; those of a nearer list hide others of the same name. */
export interface StaticLevel {
  /** Steps whose results are there: the transitive needs. */
  readonly steps: ReadonlyMap<string, StaticStep>;
  /** Every step of the list, for the sentence "is not upstream". */
  readonly allSteps: ReadonlySet<string>;
  /** The list around; undefined for the pipeline's own steps. */
  readonly around?: StaticLevel | undefined;
}

/** The names an expression may use, as far as they are known when a file is checked. */
export interface StaticScope extends StaticLevel {
  /** Inputs: name → JSON Schema. */
  readonly inputs: ReadonlyMap<string, JsonObject>;
  /** Names at the root that a loop gives, with what is known of their values. */
  readonly locals?: ReadonlyMap<string, JsonObject> | undefined;
  /** Whether this is resolved before the first step starts, so that no step can be read. Default false. */
  readonly isBeforeSteps?: boolean;
  /** Keys of the step's matrix; undefined outside a matrix. */
  readonly matrix: ReadonlySet<string> | undefined;
  /** Keys of the pipeline's `env`. Other names may come from outside and are collected as references. */
  readonly env: ReadonlySet<string>;
  /** Whether `secrets.NAME` may stand here. */
  readonly allowsSecrets: boolean;
  /** Whether only what the run records may be read: no `env`. Default false. */
  readonly isRecorded?: boolean;
  /** Whether always(), failure(), cancelled(), success() may stand here: conditions only. */
  readonly allowsStatus: boolean;
}

/** A problem inside one text; `offset` and `length` count UTF-16 units in that text. */
export interface ExpressionProblem {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly hint?: string;
  readonly offset: number;
  readonly length: number;
}

/** What an expression was found to use. */
export interface ExpressionFindings {
  readonly problems: readonly ExpressionProblem[];
  /** Names after `secrets.`. */
  readonly secrets: readonly string[];
  /** Names after `env.`. */
  readonly env: readonly string[];
  /** Names of steps that are read. */
  readonly steps: readonly string[];
  /** What is asked about the source: `changed(["packages/api/**"])`. */
  readonly questions: readonly string[];
  readonly usesStatus: boolean;
}
