import { ConfigError, type Problem } from '@cicd/plugin';
import type { OutgoingRequest } from './exchange.ts';
import type { HttpCallConfig } from './http-call-config.ts';

/** Headers that say where a message ends and whom it is for: only the sender of the bytes can know. */
const reserved = ['host', 'content-length', 'transfer-encoding', 'connection', 'upgrade', 'te', 'trailer', 'expect'];
// oxlint-disable-next-line no-control-regex -- what a header must not hold
const badValue = /[\0\r\n]/;

type Written = Pick<HttpCallConfig, 'method' | 'headers' | 'body'>;

/** What is wrong with a request beyond its schema. */
export function requestProblems({ method = 'GET', headers = {}, body }: Partial<Written>): readonly Problem[] {
  const problem = (path: string, message: string, hint: string): Problem => ({
    code: 'step.config_invalid',
    severity: 'error',
    message,
    hint,
    path,
  });
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (reserved.includes(name.toLowerCase()))
      problems.push(problem(`headers.${name}`, `the header \`${name}\` is set by the platform`, 'Remove it.'));
    if (typeof value === 'string' && badValue.test(value.trim()))
      problems.push(problem(`headers.${name}`, 'a header cannot hold a line break', 'Join its lines.'));
  }
  if (body !== undefined && (method === 'GET' || method === 'HEAD'))
    problems.push(problem('body', `a ${method} has no body`, 'Write `method: POST`, or remove `body`.'));
  return problems;
}

/** The request as it is sent. Errors: `step.config_invalid`. */
export function outgoingRequest({ method, headers, body }: Written): OutgoingRequest {
  const [problem] = requestProblems({ method, headers, body });
  if (problem) throw new ConfigError({ ...problem, code: 'step.config_invalid' });
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()] as const);
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  return {
    method,
    headers: {
      'accept-encoding': 'gzip, deflate, br',
      'user-agent': 'cicd',
      ...(text !== undefined && { 'content-type': type, 'content-length': String(Buffer.byteLength(text)) }),
      ...Object.fromEntries(given),
    },
    ...(text !== undefined && { body: text }),
  };
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2 */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** Whether the same request may be sent again when nobody knows whether the first one was heard. */
export const isRepeatable = ({ method, headers }: OutgoingRequest): boolean =>
  idempotent.has(method) || 'idempotency-key' in headers;
