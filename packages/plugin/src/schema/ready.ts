import { Type, type Static } from 'typebox';
import { ConfigError } from '../errors/config-error.ts';
import type { Problem } from '../errors/problem.ts';
import type { ReadyCheck } from '../sandbox/service.ts';
import { Duration } from './annotated.ts';
import { parseDuration } from './duration.ts';

/** The `ready` of a container that serves others, in the configuration of a step; read it with `readyCheck`. */
export const Ready = Type.Object(
  {
    port: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 65_535, description: 'Ready when something listens on this TCP port.' }),
    ),
    command: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        description: 'A program and its arguments, run inside the container: ready when it ends with 0.',
      }),
    ),
    log: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1000, description: 'Ready when the output holds this text.' }),
    ),
    timeout: Duration({ default: '1m', description: 'How long that may take.' }),
  },
  { additionalProperties: false, description: 'When it can be used: one of `port`, `command` and `log`.' },
);
export type Ready = Static<typeof Ready>;

const kinds = ['port', 'command', 'log'] as const;

/** What the schema cannot say: exactly one kind of check. `path` is where the `ready` stands in the configuration. */
export function readyProblems(ready: { readonly [Kind in (typeof kinds)[number]]?: unknown }, path: string): Problem[] {
  const written = kinds.filter((kind) => ready[kind] !== undefined);
  if (written.length === 1) return [];
  return [
    {
      code: 'step.config_invalid',
      severity: 'error',
      path,
      message: `ready holds ${written.length === 0 ? 'no check' : written.join(' and ')}, and exactly one is wanted`,
      hint: 'Write one of them, such as `ready: { port: 5432 }`.',
    },
  ];
}

/** The check as a sandbox takes it. Errors: `step.config_invalid`. */
export function readyCheck({ port, command, log, timeout }: Ready): ReadyCheck {
  const [problem] = readyProblems({ port, command, log }, 'ready');
  if (problem) throw new ConfigError({ code: 'step.config_invalid', message: problem.message, hint: problem.hint });
  const [program, ...words] = command ?? [];
  return {
    ...(port !== undefined && { port }),
    ...(program !== undefined && { command: [program, ...words] }),
    ...(log !== undefined && { log }),
    timeout: parseDuration(timeout),
  };
}
