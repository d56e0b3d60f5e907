import type { TObject } from 'typebox';
import { problemDetailsSchema } from './problem-details.ts';
import type { Route } from './route.ts';

/** The OpenAPI 3.1 document of the routes: the same schemas that check requests. */
export function openapiDocument(routes: readonly Route[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method] = operation(route);
  return {
    openapi: '3.1.0',
    info: { title: '@cicd', version, description: 'Build, test, scan and deploy software from one YAML file.' },
    paths,
    components: {
      schemas: { Problem: problemDetailsSchema },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operation(route: Route): object {
  const parameters = [...parametersOf('path', route.params), ...parametersOf('query', route.query)];
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...(route.permission === 'public'
      ? { security: [] }
      : { security: [{ token: [] }], 'x-permission': route.permission }),
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } }),
    responses: { ...errorsOf(route), ...answersOf(route) },
  };
}

function parametersOf(place: 'path' | 'query', schema: TObject | undefined): object[] {
  const required = (schema as { required?: readonly string[] } | undefined)?.required ?? [];
  return Object.entries(schema?.properties ?? {}).map(([name, of]) => ({
    name,
    in: place,
    // What has a default may be left out.
    required: place === 'path' || (required.includes(name) && !('default' in of)),
    schema: of,
  }));
}

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

/** What any route may answer, by what it asks for. */
function errorsOf({ permission, params, query, body }: Route): Record<string, object> {
  return {
    400: problem(
      params || query || body
        ? 'The request is not of the right shape: `request.invalid`.'
        : 'The request cannot be read.',
    ),
    ...(permission !== 'public' && {
      401: problem('No valid token: `access.unauthenticated`.'),
      403: problem('The role does not allow it: `access.forbidden`.'),
    }),
    ...(body && { 413: problem('The body is too large: `request.too_large`.') }),
    500: problem('The server failed.'),
    503: problem('The server cannot answer now: try again.'),
  };
}

const answersOf = ({ answers }: Route): Record<string, object> =>
  Object.fromEntries(
    Object.entries(answers).map(([status, { description, schema, mediaType = 'application/json' }]) => [
      status,
      Number(status) >= 400
        ? problem(description)
        : { description, content: { [mediaType]: schema ? { schema } : {} } },
    ]),
  );
