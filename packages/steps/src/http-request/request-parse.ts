import { Type } from 'typebox';
import { ConfigError, defineStep, StepFailure, type Json, type JsonObject } from '@cicd/plugin';
import { closed } from '../schema/fields.ts';
import { compileJsonSchema } from '../schema/json-schema.ts';
import { httpTrigger } from './http-trigger.ts';
import { parameter, readParameters, type Parameter } from './parameter.ts';
import { matchPath } from './path-pattern.ts';

const parameters = (description: string) =>
  Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_-]*$' }), parameter, {
    ...closed,
    default: {},
    description,
  });

export const requestParse = defineStep({
  type: 'step.request_parse',
  title: 'Read the request that started the run',
  description:
    'Reads the HTTP request that started the run into values of known types, and fails with everything that is wrong with it: method, path, parameters and body. What is not declared is left out. A run that something else started fails here.',
  category: 'general',
  config: Type.Object(
    {
      methods: Type.Optional(
        Type.Array(Type.String({ pattern: '^[A-Z]+$' }), { minItems: 1, description: 'The methods that are right.' }),
      ),
      path: Type.Optional(
        Type.String({
          pattern: '^/',
          description: 'What the path looks like: `/orders/{id}`. Parts in braces are `path_params`.',
        }),
      ),
      path_params: parameters('Types of the parts in braces; text where nothing is said.'),
      query: parameters('Parameters of the query by name.'),
      headers: parameters('Headers by name, in small letters.'),
      body_format: Type.Enum(['json', 'text', 'none'], {
        default: 'json',
        description: 'How the body is read. With `json` an empty body is null.',
      }),
      body_schema: Type.Optional(
        Type.Record(Type.String(), Type.Unknown(), { description: 'A JSON Schema that the body must fit.' }),
      ),
    },
    closed,
  ),
  outputs: Type.Object(
    {
      method: Type.String({ description: 'The method.' }),
      path: Type.String({ description: 'The path.' }),
      path_params: Type.Record(Type.String(), Type.Unknown(), { description: 'What stood in the braces.' }),
      query: Type.Record(Type.String(), Type.Unknown(), {
        description: 'The declared parameters; null for one without.',
      }),
      headers: Type.Record(Type.String(), Type.Unknown(), { description: 'The declared headers.' }),
      body: Type.Unknown({ description: 'The value of the body, or its text.' }),
    },
    closed,
  ),
  recovery: 'repeat',
  examples: [
    {
      title: 'An order that is changed',
      yaml: `name: request
type: step.request_parse
config:
  methods: [PUT]
  path: /orders/{id}
  path_params: { id: { type: integer } }
  query: { notify: { type: boolean, default: true } }
  body_schema:
    type: object
    required: [count]
    properties: { count: { type: integer, minimum: 1 } }
`,
    },
  ],
  async run(ctx) {
    const { methods, path: pattern, path_params: wanted, body_format: format, body_schema: schema } = ctx.config;
    const request = httpTrigger(ctx.run.trigger, 'step.request_parse');
    const problems: string[] = [];
    if (methods && !methods.includes(request.method)) problems.push(`the method is ${request.method}`);
    const matched = pattern === undefined ? {} : matchPath(pattern, request.path);
    if (!matched) problems.push(`the path is ${request.path}`);
    const texts = Object.fromEntries(
      Object.keys(matched ?? {}).map((name) => [name, { type: 'string', required: true } satisfies Parameter]),
    );
    const pathParams = readParameters(matched ? { ...texts, ...wanted } : {}, matched ?? {}, 'path_params');
    const query = readParameters(ctx.config.query, request.query, 'query');
    const headers = readParameters(ctx.config.headers, request.headers, 'headers');
    const body = readBody(request.body, format);
    problems.push(...pathParams.problems, ...query.problems, ...headers.problems, ...body.problems);
    if (schema && body.problems.length === 0) problems.push(...(await mismatches(body.value, schema as JsonObject)));
    if (problems.length > 0) {
      throw new StepFailure({
        code: 'trigger.request_invalid',
        message: `the request is not right:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
        details: { problems },
      });
    }
    const { method, path } = request;
    return {
      outputs: {
        method,
        path,
        path_params: pathParams.values,
        query: query.values,
        headers: headers.values,
        body: body.value,
      },
    };
  },
});

function readBody(body: Json, format: 'json' | 'text' | 'none'): { value: Json; problems: readonly string[] } {
  if (format === 'none') return { value: null, problems: [] };
  if (format === 'text') {
    const text = typeof body === 'string' ? body : body === null ? '' : JSON.stringify(body);
    return { value: text, problems: [] };
  }
  // A trigger may have read it already.
  if (typeof body !== 'string') return { value: body, problems: [] };
  if (body.trim() === '') return { value: null, problems: [] };
  try {
    return { value: JSON.parse(body) as Json, problems: [] };
  } catch {
    return { value: null, problems: ['the body is not JSON'] };
  }
}

async function mismatches(body: Json, schema: JsonObject): Promise<readonly string[]> {
  let check;
  try {
    check = await compileJsonSchema(schema);
  } catch (cause) {
    throw new ConfigError({
      code: 'step.config_invalid',
      message: `body_schema is no JSON Schema: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'Compare it with https://json-schema.org/understanding-json-schema.',
      cause,
    });
  }
  return check(body).map(({ place, message }) => `body${place.replaceAll('/', '.')} ${message}`);
}
