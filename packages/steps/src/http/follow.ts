import { StepFailure } from '@cicd/plugin';
import type { Answer, Exchange, OutgoingRequest } from './exchange.ts';
import { resolveTarget, type Guard } from './target.ts';

export interface FollowOptions {
  readonly guard: Guard;
  readonly exchange: Exchange;
  readonly maxRedirects: number;
  readonly signal: AbortSignal;
}

export interface FollowedAnswer extends Answer {
  /** Where it came from in the end. */
  readonly url: string;
}

/** Any other header may be a credential. */
const harmless = new Set(['accept', 'accept-encoding', 'accept-language', 'content-type', 'user-agent']);

/**
 * Sends a request and follows its redirects, each judged like the first address. A redirect to another origin takes no
 * credentials along, and no body. With `maxRedirects` 0 a redirect is the answer.
 * Errors: those of `resolveTarget` and of the exchange, `http.too_many_redirects`, `http.redirect_refused`.
 */
export async function follow(
  url: string,
  request: OutgoingRequest,
  { guard, exchange, maxRedirects, signal }: FollowOptions,
): Promise<FollowedAnswer> {
  let next = request;
  let target = await resolveTarget(url, guard);
  for (let redirects = 0; ; redirects++) {
    signal.throwIfAborted();
    const answer = await exchange(target, next, signal);
    const location = answer.headers['location'];
    const isRedirect = [301, 302, 303, 307, 308].includes(answer.status) && location !== undefined;
    if (!isRedirect || maxRedirects === 0) return { ...answer, url: target.url.href };
    if (redirects === maxRedirects) {
      throw new StepFailure({
        code: 'http.too_many_redirects',
        message: `the request was redirected more than ${maxRedirects} times`,
        hint: 'Ask where it leads in the end, or raise `max_redirects`.',
      });
    }
    if (!URL.canParse(location, target.url.href)) {
      throw new StepFailure({
        code: 'http.redirect_refused',
        message: `${target.url.host} redirects to what is no URL`,
        hint: 'Set `max_redirects: 0` to get the redirect itself.',
      });
    }
    const from = target.url;
    target = await resolveTarget(new URL(location, from), guard);
    next = redirected(next, answer.status, from.origin === target.url.origin, target.url);
  }
}

/** https://fetch.spec.whatwg.org/#http-redirect-fetch, and stricter: nothing of ours goes to another origin. */
function redirected(request: OutgoingRequest, status: number, isSameOrigin: boolean, to: URL): OutgoingRequest {
  const becomesGet =
    (status === 303 && request.method !== 'HEAD') || ((status === 301 || status === 302) && request.method === 'POST');
  const { body, ...rest } = request;
  const keepsBody = body !== undefined && !becomesGet;
  if (keepsBody && !isSameOrigin) {
    throw new StepFailure({
      code: 'http.redirect_refused',
      message: `the request and its body would be sent on to ${to.origin}`,
      hint: 'Call that address directly, if it is to have them.',
    });
  }
  const headers = Object.entries(request.headers).filter(
    ([name]) => (isSameOrigin || harmless.has(name)) && (keepsBody || !name.startsWith('content-')),
  );
  return {
    ...rest,
    method: becomesGet ? 'GET' : request.method,
    headers: Object.fromEntries(headers),
    ...(keepsBody && { body }),
  };
}
