import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Platform } from '@cicd/platform';
import { Type } from 'typebox';
import manifest from '../package.json' with { type: 'json' };
import { openapiDocument } from './http/openapi-document.ts';
import { defineRoute } from './http/route.ts';
import { serveRoutes } from './http/serve-routes.ts';
import { routes } from './routes/index.ts';

export interface ServeOptions {
  readonly platform: Platform;
  /** Default 127.0.0.1: reachable from this machine alone. */
  readonly host?: string;
  /** Default 8080; 0 takes a free one. */
  readonly port?: number;
  /** Told of every failure that is ours. Default: standard error. */
  readonly onError?: (error: unknown, requestId: string) => void;
}

export interface RunningServer {
  readonly address: string;
  /** Takes no more requests, and ends those under way after a grace of five seconds. */
  close(): Promise<void>;
}

/** Milliseconds. */
const grace = 5_000;

/** The document of the API as this version serves it. */
export const apiDocument = () => openapiDocument(routes, manifest.version);

const documentRoute = defineRoute({
  method: 'get',
  path: '/openapi.json',
  operationId: 'getOpenapi',
  summary: 'This API as an OpenAPI 3.1 document.',
  permission: 'public',
  answers: { 200: { description: 'The document.', schema: Type.Record(Type.String(), Type.Unknown()) } },
  handle: async () => ({ json: apiDocument() }),
});

/** Serves a platform over HTTP; resolves when it listens. Closing the platform stays with who opened it. */
export async function serve({
  platform,
  host = '127.0.0.1',
  port = 8080,
  onError = tell,
}: ServeOptions): Promise<RunningServer> {
  const server = createServer(serveRoutes([...routes, documentRoute], { platform, onError }));
  server.listen(port, host);
  await once(server, 'listening');
  const { address, family, port: taken } = server.address() as AddressInfo;
  return {
    address: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    close: () => closeServer(server),
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => server.closeAllConnections(), grace);
    server.close((error) => {
      clearTimeout(late);
      if (error) reject(error);
      else resolve();
    });
    server.closeIdleConnections();
  });
}

function tell(error: unknown, requestId: string): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${requestId} ${text}\n`);
}
