import { CicdError, ConfigError, errorCodes, type ErrorCodeRow, type Problem } from '@cicd/plugin';
import { Type } from 'typebox';

/** Problem details (RFC 9457) with what an error of the platform says. */
export interface ProblemDetails {
  /** Where the code is explained. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly hint?: string;
  readonly request_id: string;
  readonly problems?: readonly Problem[];
}

export const problemDetailsSchema = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.String(),
  hint: Type.Optional(Type.String()),
  request_id: Type.String(),
  problems: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Unknown()))),
});

/** An error as an answer. What is no error of the platform is ours, and its words stay in the server's log. */
export function problemDetails(error: unknown, requestId: string): ProblemDetails {
  const bodyError = errorOfBody(error);
  const known = CicdError.isInstance(error) ? error : bodyError;
  const row: ErrorCodeRow | undefined = known && errorCodes[known.code as keyof typeof errorCodes];
  if (!known || !row) {
    return {
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: 'The server failed to answer.',
      code: 'internal',
      hint: 'Look for the request_id in the log of the server.',
      request_id: requestId,
    };
  }
  const problems = known.family === 'config' ? (known as ConfigError).problems : [];
  return {
    type: `docs/errors.md#${known.code.replace('.', '-')}`,
    title: row.summary,
    status: row.status,
    detail: known.message,
    code: known.code,
    ...(known.hint !== undefined && { hint: known.hint }),
    request_id: requestId,
    ...(problems.length > 0 && { problems }),
  };
}

/** What Express's reader of bodies throws, by its `type`; a path that is no URL has a status alone. */
function errorOfBody(error: unknown): CicdError | undefined {
  const { type, status, statusCode } = (error ?? {}) as { type?: unknown; status?: unknown; statusCode?: unknown };
  if (type === 'entity.too.large')
    return new ConfigError({ code: 'request.too_large', message: 'the body is larger than this server reads' });
  const isTheirs = [status, statusCode].some((code) => typeof code === 'number' && code >= 400 && code < 500);
  if (typeof type !== 'string' && !isTheirs) return undefined;
  return new ConfigError({
    code: 'request.invalid',
    message: 'the request cannot be read',
    hint: 'Send JSON in UTF-8, with the content type application/json.',
  });
}
