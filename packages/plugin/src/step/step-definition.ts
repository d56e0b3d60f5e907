import type { Static, TSchema } from 'typebox';
import type { Problem } from '../errors/problem.ts';
import type { StepContext } from './step-context.ts';
import type { StepResult, StepResumption } from './step-result.ts';
import type { StepShell, StepSurroundings } from './step-shell.ts';

/**
 * What may happen to a started step when the process that ran it died. `adopt`: its container is found again;
 * `repeat`: it is run again (no effect outside the run); `reconcile`: `resume` asks the outside world by the
 * checkpoint; `never`: unknown, a person decides.
 */
export type StepRecovery = 'repeat' | 'adopt' | 'reconcile' | 'never';

/** Executed by the tests and shown in the step's documentation page. */
export interface StepExample {
  readonly title: string;
  /** One step of a pipeline: `name`, `type`, `config`, in YAML. */
  readonly yaml: string;
}

/** A step type. One file each; see `defineStep`. */
export interface StepDefinition<Config extends TSchema = TSchema, Outputs extends TSchema = TSchema> {
  readonly specVersion: 'v1';
  /** `step.shell_exec` */
  readonly type: `step.${string}`;
  readonly title: string;
  /** A paragraph or two, Markdown. */
  readonly description: string;
  readonly category: 'build' | 'artifact' | 'control' | 'general' | 'scan' | 'deploy';
  /** A closed object (`additionalProperties: false`): unknown keys are errors. See `annotations` for `x-cicd`. */
  readonly config: Config;
  readonly outputs: Outputs;
  /** Whether a pipeline may declare further outputs of its own for such a step. Default false. */
  readonly declaresOutputs?: boolean;
  readonly recovery: StepRecovery;
  /** Whether every rerun of a run performs it anew, because it asks if the run may go on. Default false. */
  readonly asksAgain?: boolean;
  /** What happens after a crash, for the documentation page, where it is more than `recovery` says. Markdown. */
  readonly afterCrash?: string;
  /**
   * Performed by the engine: it has steps inside it, which recover each by its own rule. `run` is never called. Default
   * false.
   */
  readonly isStructured?: boolean;
  readonly examples: readonly StepExample[];
  /**
   * Checks beyond the schema, on the configuration as written: strings may still hold `{{ … }}`. It is not called
   * where a template stands for something else than text. Paths are relative to the configuration
   * (`artifacts_out[0].path`); the engine adds file, line and column.
   */
  check?(config: Static<Config>): readonly Problem[];
  run(ctx: StepContext<Static<Config>>): Promise<StepResult>;
  /**
   * Goes on after a wait or a crash. After a crash (`adopted`) `signal` may be aborted already: then finish or find out
   * what was begun, and begin nothing.
   */
  resume?(ctx: StepContext<Static<Config>>, resumption: StepResumption): Promise<StepResult>;
  /** What a person's shell in surroundings like the step's is made of. Absent: the step has no container. Pure. */
  shell?(surroundings: StepSurroundings<Static<Config>>): StepShell;
}

/** A step type whose configuration is not known: what a registry holds. */
export interface AnyStepDefinition extends Omit<StepDefinition, 'check' | 'run' | 'resume' | 'shell'> {
  check?(config: unknown): readonly Problem[];
  run(ctx: StepContext): Promise<StepResult>;
  resume?(ctx: StepContext, resumption: StepResumption): Promise<StepResult>;
  shell?(surroundings: StepSurroundings): StepShell;
}

/**
 * Defines a step type; the configuration's schema is its type.
 *
 * @example
 * export const log = defineStep({ type: 'step.log', …, config: Type.Object({ message: Type.String() }, { additionalProperties: false }), … });
 */
export function defineStep<const Config extends TSchema, const Outputs extends TSchema>(
  definition: Omit<StepDefinition<Config, Outputs>, 'specVersion'>,
): StepDefinition<Config, Outputs> {
  return { specVersion: 'v1', ...definition };
}
