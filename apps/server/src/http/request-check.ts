import { ConfigError } from '@cicd/plugin';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { TObject } from 'typebox';
import type { Route } from './route.ts';

type Part = 'params' | 'query' | 'body';

export interface RequestParts {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** Texts of a URL become numbers and truth values where the schema says so; a body is taken as it is. */
const ofUrl = addFormats.default(new Ajv({ coerceTypes: true, useDefaults: true, allErrors: true }));
const ofBody = addFormats.default(new Ajv({ useDefaults: true, allErrors: true }));

/** The check of a route's requests, compiled once. It throws `request.invalid` with every problem. */
export function requestCheck(route: Route): (parts: RequestParts) => Required<RequestParts> {
  const checks = (['params', 'query', 'body'] as const).map((part) => ({ part, validate: compile(part, route[part]) }));
  return (parts) => {
    const checked = {
      params: { ...(parts.params as object) },
      query: { ...(parts.query as object) },
      body: parts.body,
    };
    const problems = checks.flatMap(({ part, validate }) =>
      !validate || validate(checked[part]) ? [] : (validate.errors ?? []).map((error) => problemOf(part, error)),
    );
    if (problems.length === 0) return checked;
    throw new ConfigError({
      code: 'request.invalid',
      message: problems.map(({ message }) => message).join('; '),
      hint: `Compare it with ${route.operationId} in /openapi.json.`,
      problems,
    });
  };
}

/** A route without a query takes none: what a client sends in vain is a mistake. */
function compile(part: Part, schema: TObject | undefined): ValidateFunction | undefined {
  if (schema) return (part === 'body' ? ofBody : ofUrl).compile(schema);
  return part === 'query' ? ofUrl.compile({ type: 'object', additionalProperties: false }) : undefined;
}

function problemOf(part: Part, { instancePath, message = 'is not right', params, keyword }: ErrorObject) {
  const extra =
    keyword === 'additionalProperties' ? (params as { additionalProperty: string }).additionalProperty : undefined;
  const place = [part, ...instancePath.split('/').slice(1)].join('.');
  return {
    code: 'request.invalid',
    severity: 'error' as const,
    message: extra === undefined ? `${place} ${message}` : `${place} has no ${JSON.stringify(extra.slice(0, 80))}`,
    path: place,
  };
}
