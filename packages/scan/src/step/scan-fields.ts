import { Type } from 'typebox';
import { ByteSize, Duration } from '@cicd/plugin';
import { severityPattern } from '../finding/severity.ts';

export const closed = { additionalProperties: false } as const;

/** A path of the workspace. */
export const WorkspacePath = (description: string, more: object = {}) =>
  Type.String({ pattern: '^/workspace(/|$)', description, ...more });

/** A severity in every accepted spelling. */
export const SeverityWord = (fallback: string) =>
  Type.String({
    pattern: severityPattern,
    default: fallback,
    description:
      'Findings of this severity or worse fail the step: `critical`, `high` (`error`), `medium` (`warning`), `low` (`note`) or `info`, in any case.',
  });

/** What every scan may be told. */
export const scanFields = {
  output_format: Type.Union([Type.Literal('sarif'), Type.Literal('json')], {
    default: 'sarif',
    description:
      'What the key of the report holds: the scanner’s own SARIF, byte for byte, or the findings as JSON. The other one is stored beside it.',
  }),
  artifacts_out: Type.Optional(
    Type.Object(
      {
        key: Type.String({
          minLength: 1,
          maxLength: 480,
          'x-cicd': 'artifact',
          description: 'The key of the report. Default: `NAME.sarif` or `NAME.json`, after the step.',
        }),
      },
      { ...closed, description: 'Where the report is stored.' },
    ),
  ),
  ignore: Type.Optional(
    Type.Array(
      Type.Object(
        {
          rule_id: Type.Optional(Type.String({ minLength: 1, description: 'The rule, with or without its folder.' })),
          cve: Type.Optional(Type.String({ minLength: 1, description: 'The weakness, such as `CVE-2021-44906`.' })),
          reason: Type.String({ minLength: 3, maxLength: 500, description: 'Why it does not count.' }),
          expires: Type.String({
            pattern: '^\\d{4}-\\d{2}-\\d{2}$',
            description: 'The day, in UTC, from which it counts again.',
          }),
        },
        closed,
      ),
      { description: 'What does not count, why, and until when. Listed in the findings.' },
    ),
  ),
  baseline: Type.Optional(
    Type.Literal('previous_execution', {
      description:
        'Tells new, unchanged and fixed findings, compared with the pipeline’s last successful run, under the same key.',
    }),
  ),
  gate_on: Type.Union([Type.Literal('all'), Type.Literal('new')], {
    default: 'all',
    description: 'Whether all findings fail the step, or only those that are new to the `baseline`.',
  }),
  max_age: Type.Optional(
    Duration({
      description:
        'How old rule packs and the database may be, such as `48h`. Older ones fail the step. Default: any age.',
    }),
  ),
  timeout: Type.Optional(Duration({ description: 'How long the scan may take, such as `10m`.' })),
  memory_limit: ByteSize({ default: '4GiB', description: 'The most memory the scanner may use.' }),
  cpu_limit: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'CPUs, fractions allowed.' })),
};

const count = (severity: string) => Type.Integer({ description: `Findings that are ${severity}.` });

export const scanOutputs = Type.Object(
  {
    passed: Type.Boolean({ description: 'Whether the gate was passed. There also when the step fails at it.' }),
    summary: Type.Object(
      {
        critical: count('critical'),
        high: count('high'),
        medium: count('medium'),
        low: count('low'),
        info: count('for information'),
      },
      { ...closed, description: 'How many findings there are of each severity.' },
    ),
    findings_count: Type.Integer({ description: 'How many findings count.' }),
    report: Type.String({ description: 'The key of the report.' }),
    findings: Type.String({ description: 'The key of the findings as JSON.' }),
  },
  closed,
);
