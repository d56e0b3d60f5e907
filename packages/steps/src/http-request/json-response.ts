import { Type } from 'typebox';
import { ConfigError, defineStep, type JsonObject, type Problem } from '@cicd/plugin';
import { closed } from '../schema/fields.ts';
import { httpTrigger } from './http-trigger.ts';

/** https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1 */
const withoutBody = [204, 205, 304];
const reserved = ['content-length', 'transfer-encoding', 'connection', 'content-type'];
// oxlint-disable-next-line no-control-regex -- what a header must not hold
const badValue = /[\0\r\n]/;

export const jsonResponse = defineStep({
  type: 'step.json_response',
  title: 'Answer the request that started the run',
  description:
    'Says what the HTTP request that started the run is answered: the answer is recorded as the outputs of the step, and whoever holds the request sends it. The command line starts no run by HTTP; there, and in any run that something else started, the step fails.',
  category: 'general',
  config: Type.Object(
    {
      status: Type.Integer({ minimum: 200, maximum: 599, default: 200, description: 'The status.' }),
      headers: Type.Record(Type.String({ pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" }), Type.String(), {
        ...closed,
        default: {},
        description: 'Headers by name, besides `content-type: application/json`.',
      }),
      body: Type.Optional(Type.Unknown({ description: 'Any value; sent as JSON.' })),
    },
    closed,
  ),
  outputs: Type.Object(
    {
      status: Type.Integer({ description: 'The status.' }),
      headers: Type.Record(Type.String(), Type.String(), { description: 'The headers, names in small letters.' }),
      body: Type.Unknown({ description: 'The value of the body; null when there is none.' }),
    },
    closed,
  ),
  recovery: 'repeat',
  examples: [
    {
      title: 'A new order',
      yaml: `name: answer
type: step.json_response
config:
  status: 201
  headers: { location: /orders/7 }
  body: { id: 7 }
`,
    },
  ],
  check: (config) => problemsOf(config),
  async run(ctx) {
    const { status, headers, body } = ctx.config;
    const [problem] = problemsOf(ctx.config);
    if (problem) throw new ConfigError({ ...problem, code: 'step.config_invalid' });
    httpTrigger(ctx.run.trigger, 'step.json_response');
    const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const outputs: JsonObject = {
      status,
      headers: body === undefined ? given : { ...given, 'content-type': 'application/json' },
      body: (body ?? null) as JsonObject[string],
    };
    return { outputs };
  },
});

interface Written {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

function problemsOf({ status = 200, headers = {}, body }: Written): readonly Problem[] {
  const problem = (path: string, message: string, hint: string): Problem => ({
    code: 'step.config_invalid',
    severity: 'error',
    message,
    hint,
    path,
  });
  return [
    ...(body !== undefined && withoutBody.includes(status)
      ? [problem('body', `an answer with status ${status} has no body`, 'Remove `body`, or choose another status.')]
      : []),
    ...Object.entries(headers).flatMap(([name, value]) => [
      ...(reserved.includes(name.toLowerCase())
        ? [problem(`headers.${name}`, `the header \`${name}\` is set by the platform`, 'Remove it.')]
        : []),
      ...(badValue.test(value)
        ? [problem(`headers.${name}`, 'a header cannot hold a line break', 'Join its lines.')]
        : []),
    ]),
  ];
}
