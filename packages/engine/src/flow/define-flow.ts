import { defineStep, EngineError, type AnyStepDefinition, type StepDefinition } from '@cicd/plugin';
import { Type, type TSchema, type TSchemaOptions } from 'typebox';

/** A list of steps inside a step. They are checked as steps of the pipeline, not by this schema. */
export const StepList = (options: TSchemaOptions & { readonly minItems?: number } = {}) =>
  Type.Array(Type.Unknown({ 'x-cicd': 'step' }), { minItems: 1, ...options, 'x-cicd': 'steps' });

/** The most turns that a pipeline may allow a loop: a run keeps all of them in its state. */
const maximumTurns = 10_000;

export const MaxIterations = () =>
  Type.Integer({
    minimum: 1,
    maximum: maximumTurns,
    default: 1000,
    description: 'The most turns; more are an error of the step.',
  });

export const closed = { additionalProperties: false } as const;

type Described<Config extends TSchema, Outputs extends TSchema> = Pick<
  StepDefinition<Config, Outputs>,
  'type' | 'title' | 'description' | 'config' | 'outputs' | 'examples'
>;

/** A step type that the engine itself performs. */
export const defineFlow = <const Config extends TSchema, const Outputs extends TSchema>(
  described: Described<Config, Outputs>,
): AnyStepDefinition =>
  defineStep({
    ...described,
    category: 'control',
    recovery: 'repeat',
    isStructured: true,
    afterCrash:
      'It goes on where it stood: what has ended inside it is not run again, and what ran is found by the rule of its own type.',
    run: (ctx) =>
      Promise.reject(
        new EngineError({
          code: 'step.unexpected',
          message: `${ctx.step.key}: a step with steps inside it is performed by the engine`,
        }),
      ),
  }) as AnyStepDefinition;
