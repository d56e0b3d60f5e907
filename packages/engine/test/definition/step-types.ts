import {
  type annotations,
  CommandText,
  Condition,
  createStepRegistry,
  Credential,
  defineStep,
  Duration,
  Image,
  LiteralText,
  Reference,
  type AnyStepDefinition,
  type StepRegistry,
} from '@cicd/plugin';
import { Type, type TProperties } from 'typebox';
import { flowSteps } from '../../src/flow/index.ts';

type Annotation = (typeof annotations)[number];

const Closed = (properties: TProperties) => Type.Object(properties, { additionalProperties: false });
const ArtifactKey = () => Type.String({ minLength: 1, 'x-cicd': 'artifact' satisfies Annotation });
const Variables = () =>
  Type.Unsafe<Record<string, string>>({
    type: 'object',
    additionalProperties: { type: 'string' },
    'x-cicd': 'credential',
  });

function stepType(
  type: `step.${string}`,
  config: TProperties,
  outputs: TProperties = {},
  more: Partial<AnyStepDefinition> = {},
): AnyStepDefinition {
  return defineStep({
    type,
    title: type,
    description: type,
    category: 'general',
    config: Closed(config),
    outputs: Type.Object(outputs),
    recovery: 'repeat',
    examples: [],
    run: () => Promise.reject(new Error('a definition for checks only')),
    ...more,
  }) as AnyStepDefinition;
}

/** The keys that the real step types have, as far as the checks are concerned. */
export const stepTypes: readonly AnyStepDefinition[] = [
  stepType(
    'step.shell_exec',
    {
      image: Image(),
      commands: Type.Array(CommandText(), { minItems: 1 }),
      shell: Type.Enum(['sh', 'bash'], { default: 'sh' }),
      work_dir: Type.Optional(Type.String()),
      timeout: Type.Optional(Duration()),
      env: Type.Optional(Variables()),
      artifacts_out: Type.Optional(Type.Array(Closed({ key: ArtifactKey(), path: Type.String() }))),
      memory_limit: Type.Optional(
        Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: '^\\d+(\\.\\d+)?(B|KiB|MiB|GiB|TiB)?$' })]),
      ),
      cpu_limit: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    },
    { exit_code: Type.Integer(), duration_ms: Type.Integer() },
    {
      declaresOutputs: true,
      check: (config) =>
        (config as { commands: string[] }).commands.flatMap((command, index) =>
          command.startsWith('sudo ')
            ? [
                {
                  code: 'plugin.sudo',
                  severity: 'warning' as const,
                  message: 'there is no sudo',
                  path: `commands[${index}]`,
                },
              ]
            : [],
        ),
    },
  ),
  stepType('step.artifact_pull', {
    source: Type.Enum(['current_execution', 'previous_execution', 'execution']),
    execution_id: Type.Optional(Type.String()),
    key: Type.String(),
    dest: Type.String(),
  }),
  stepType('step.artifact_push', {
    source_path: Type.String(),
    key: ArtifactKey(),
    dest: Type.Optional(Type.Enum(['artifact_store'])),
  }),
  stepType('step.set', {
    values: Type.Unsafe<Record<string, unknown>>({ type: 'object', 'x-cicd': 'outputs' satisfies Annotation }),
  }),
  stepType('step.log', { message: Type.String(), level: Type.Optional(Type.Enum(['debug', 'info', 'warn', 'error'])) }),
  stepType(
    'step.scan_sast',
    {
      source_path: Type.String(),
      image: Type.Optional(Image({ default: 'semgrep/semgrep' })),
      fail_on_severity: Type.Optional(Type.String()),
    },
    { passed: Type.Boolean() },
  ),
  stepType(
    'step.docker_push',
    { image: Type.String(), registry: Type.Optional(Type.String()), password: Type.Optional(Credential()) },
    { digest: Type.String() },
  ),
  stepType('step.db_query', { query: LiteralText(), params: Type.Optional(Type.Array(Type.Unknown())) }),
  stepType('step.jq', { input_from: Reference() }),
  stepType('step.gate', {
    type: Type.Enum(['manual', 'automated']),
    approvers: Type.Optional(Type.Array(Type.String())),
    timeout: Type.Optional(Duration()),
    auto_approve_conditions: Type.Optional(Type.Array(Condition())),
  }),
];

export const registry = (): StepRegistry => createStepRegistry([...stepTypes, ...flowSteps]);
