import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Permission, Principal } from '@cicd/access';
import type { Platform } from '@cicd/platform';
import type { Static, TObject, TSchema } from 'typebox';

/** A request as a handler sees it: checked, and from somebody who may make it. */
export interface RouteRequest<Params = unknown, Query = unknown, Body = unknown> {
  readonly platform: Platform;
  /** Undefined on public routes alone. */
  readonly who: Principal | undefined;
  /** The address that it comes from. */
  readonly origin: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly headers: IncomingHttpHeaders;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export type RouteAnswer =
  | { readonly status?: number; readonly json: unknown; readonly headers?: Readonly<Record<string, string>> }
  | {
      readonly status?: number;
      readonly stream: Readable;
      readonly mediaType: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

/** What may come back, for the document of the API. */
export interface DocumentedAnswer {
  readonly description: string;
  readonly schema?: TSchema;
  /** Default `application/json`. */
  readonly mediaType?: string;
}

/** One route as data: the router, the OpenAPI document and the table of permissions are made of these. */
export interface Route {
  readonly method: 'get' | 'post' | 'delete';
  /** With its parameters in braces: `/api/v1/runs/{id}`. */
  readonly path: string;
  /** Unique; the name of the client's method. */
  readonly operationId: string;
  readonly summary: string;
  /** What the one who asks must be allowed. */
  readonly permission: Permission | 'public';
  readonly params?: TObject;
  readonly query?: TObject;
  readonly body?: TObject;
  /** By status. The errors that every route may answer are added. */
  readonly answers: Readonly<Record<number, DocumentedAnswer>>;
  handle(request: RouteRequest): Promise<RouteAnswer>;
}

type Parsed<Schema> = Schema extends TSchema ? Static<Schema> : undefined;

/** Defines a route; its schemas are the types of what its handler gets. */
export function defineRoute<
  const Params extends TObject | undefined = undefined,
  const Query extends TObject | undefined = undefined,
  const Body extends TObject | undefined = undefined,
>(
  route: Omit<Route, 'params' | 'query' | 'body' | 'handle'> & {
    readonly params?: Params;
    readonly query?: Query;
    readonly body?: Body;
    handle(request: RouteRequest<Parsed<Params>, Parsed<Query>, Parsed<Body>>): Promise<RouteAnswer>;
  },
): Route {
  return route as Route;
}
