import { Type, type Static } from 'typebox';
import { Duration } from '@cicd/plugin';
import { closed } from '../schema/fields.ts';

const status = Type.Union([Type.Integer({ minimum: 100, maximum: 599 }), Type.String({ pattern: '^[1-5]xx$' })]);

export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

export const httpCallConfig = Type.Object(
  {
    url: Type.String({ minLength: 1, maxLength: 8_192, description: 'Where to: `https://…` or `http://…`.' }),
    method: Type.Enum([...methods], { default: 'GET', description: 'What is asked.' }),
    headers: Type.Record(Type.String({ pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" }), Type.String(), {
      ...closed,
      default: {},
      'x-cicd': 'credential',
      description: 'Headers by name. A secret may stand here.',
    }),
    body: Type.Optional(
      Type.Unknown({
        'x-cicd': 'credential',
        description: 'A text is sent as it is, anything else as JSON. A secret may stand here.',
      }),
    ),
    timeout: Duration({
      default: '30s',
      description: 'For the whole call, its redirects and retries included.',
    }),
    expect_status: Type.Array(status, {
      minItems: 1,
      default: ['2xx'],
      description: 'The statuses that are right, such as `[200, 404]` or `[2xx]`; any other fails the step.',
    }),
    max_redirects: Type.Integer({
      minimum: 0,
      maximum: 20,
      default: 5,
      description: 'How many redirects are followed. With 0 the redirect itself is the answer.',
    }),
    retry: Type.Optional(
      Type.Object(
        {
          max_attempts: Type.Integer({ minimum: 1, maximum: 10, default: 3, description: 'How often in all.' }),
          delay: Duration({ default: '1s', description: 'Before the second try.' }),
          backoff: Type.Number({
            minimum: 1,
            maximum: 10,
            default: 2,
            description: 'How much longer each next delay is.',
          }),
          max_delay: Duration({ default: '30s', description: 'The longest delay, also where a server asks for more.' }),
          on_status: Type.Array(Type.Integer({ minimum: 400, maximum: 599 }), {
            default: [429, 502, 503, 504],
            description: 'After which statuses.',
          }),
        },
        { ...closed, description: 'Tries again what failed on the way, or with certain statuses.' },
      ),
    ),
  },
  closed,
);

export type HttpCallConfig = Static<typeof httpCallConfig>;

export const httpCallOutputs = Type.Object(
  {
    status: Type.Integer({ description: 'The status.' }),
    headers: Type.Record(Type.String(), Type.String(), {
      description: 'The headers, names in small letters; of several with one name, each on a line.',
    }),
    body: Type.Unknown({ description: 'The value where the answer is JSON, else its text.' }),
    url: Type.String({ description: 'Where the answer came from, after redirects.' }),
  },
  closed,
);
