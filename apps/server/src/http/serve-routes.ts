import { randomUUID } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { permits } from '@cicd/access';
import type { Platform } from '@cicd/platform';
import { ConfigError } from '@cicd/plugin';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { forbidden, principalOf } from '../access/principal.ts';
import { problemDetails } from './problem-details.ts';
import { requestCheck } from './request-check.ts';
import type { Route, RouteAnswer } from './route.ts';

/** Bytes of a body: a pipeline file of 1 MiB as JSON, where every character may need two. */
const longestBody = 2 * 1024 * 1024 + 4096;

export interface ServedPlatform {
  readonly platform: Platform;
  /** Told of every error that is not the client's. */
  onError(error: unknown, requestId: string): void;
}

/** The routes as an Express application. */
export function serveRoutes(routes: readonly Route[], { platform, onError }: ServedPlatform): Express {
  const app = express();
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } } }));
  app.use((_request, response, next) => {
    response.locals['requestId'] = randomUUID();
    response.setHeader('X-Request-Id', requestIdOf(response));
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  for (const route of routes) {
    const check = requestCheck(route);
    const bodies = route.body ? [express.json({ limit: longestBody, strict: true })] : [];
    app[route.method](route.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (request, response) => {
      // Who asks is known before a byte of the body is read.
      const who = await principalOf(platform, route, request);
      if (who && route.permission !== 'public' && !permits(who, route.permission)) throw forbidden(who, route);
      for (const read of bodies) await readBody(read, request, response);
      const parts = check({ params: request.params, query: request.query, body: request.body as unknown });
      const gone = new AbortController();
      response.on('close', () => gone.abort());
      const answer = await route.handle({
        platform,
        who,
        origin: request.socket.remoteAddress ?? 'unknown',
        ...parts,
        headers: request.headers,
        signal: gone.signal,
      });
      await send(response, answer);
    });
  }
  app.use((request) => {
    throw new ConfigError({
      code: 'request.not_found',
      message: `there is no ${request.method} ${request.path.slice(0, 200)}`,
      hint: 'See /openapi.json for what there is.',
    });
  });
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const details = problemDetails(error, requestIdOf(response));
    if (details.status >= 500) onError(error, details.request_id);
    // Half an answer is no answer: the client must see that it broke off.
    if (response.headersSent) return void response.destroy();
    if (details.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    response.status(details.status).type('application/problem+json').send(JSON.stringify(details));
  });
  return app;
}

const requestIdOf = (response: Response): string => String(response.locals['requestId']);

function readBody(read: ReturnType<typeof express.json>, request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    read(request, response, (error?: unknown) => (error ? reject(error) : resolve()));
  });
}

async function send(response: Response, answer: RouteAnswer): Promise<void> {
  response.status(answer.status ?? 200).set(answer.headers ?? {});
  if ('json' in answer) return void response.type('application/json').send(JSON.stringify(answer.json));
  response.type(answer.mediaType);
  await pipeline(answer.stream, response);
}
