import { ConfigError } from '../errors/config-error.ts';
import { EngineError } from '../errors/engine-error.ts';
import type { AnyStepDefinition } from './step-definition.ts';

/** The step types that a platform knows. */
export interface StepRegistry {
  /** Errors: `step.duplicate_type`. */
  register(step: AnyStepDefinition): void;
  find(type: string): AnyStepDefinition | undefined;
  /** Errors: `step.unknown_type`. */
  get(type: string): AnyStepDefinition;
  /** In the order of their registration. */
  types(): readonly string[];
}

export function createStepRegistry(steps: readonly AnyStepDefinition[] = []): StepRegistry {
  const byType = new Map<string, AnyStepDefinition>();
  const registry: StepRegistry = {
    register(step) {
      if (byType.has(step.type)) {
        throw new EngineError({
          code: 'step.duplicate_type',
          message: `the step type ${step.type} is registered twice`,
        });
      }
      byType.set(step.type, step);
    },
    find: (type) => byType.get(type),
    get(type) {
      const step = byType.get(type);
      if (!step) throw new ConfigError({ code: 'step.unknown_type', message: `no step of type ${type} is registered` });
      return step;
    },
    types: () => [...byType.keys()],
  };
  for (const step of steps) registry.register(step);
  return registry;
}
