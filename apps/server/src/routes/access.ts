import { roles } from '@cicd/access';
import { Duration, parseDuration } from '@cicd/plugin';
import { Type } from 'typebox';
import { defineRoute, type RouteRequest } from '../http/route.ts';

const role = Type.Union(roles.map((each) => Type.Literal(each)));
const token = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role,
  project: Type.Optional(Type.String()),
  createdAt: Type.String({ format: 'date-time' }),
  createdBy: Type.String(),
  expiresAt: Type.String({ format: 'date-time' }),
  revokedAt: Type.Optional(Type.String({ format: 'date-time' })),
});

const actorOf = ({ who, origin }: Pick<RouteRequest, 'who' | 'origin'>) => ({ name: who?.name ?? '', origin });

export const accessRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/me',
    operationId: 'getMe',
    summary: 'Whom the token of this request stands for.',
    permission: 'schema.read',
    answers: {
      200: {
        description: 'Name, role and project.',
        schema: Type.Object({ name: Type.String(), role, project: Type.Optional(Type.String()) }),
      },
    },
    handle: async ({ who }) => ({ json: who }),
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/tokens',
    operationId: 'listTokens',
    summary: 'The tokens of the instance, without themselves.',
    permission: 'token.manage',
    answers: { 200: { description: 'Newest first.', schema: Type.Object({ tokens: Type.Array(token) }) } },
    handle: async ({ platform }) => ({ json: { tokens: await platform.tokens.list() } }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/tokens',
    operationId: 'createToken',
    summary: 'Makes a token. It is shown in this answer alone.',
    permission: 'token.manage',
    body: Type.Object(
      {
        name: Type.String({ maxLength: 63 }),
        role,
        project: Type.Optional(Type.String({ minLength: 1, maxLength: 4096 })),
        lifetime: Duration({ maxLength: 32, description: 'A duration, `2160h` for 90 days; at most 366 days.' }),
      },
      { additionalProperties: false },
    ),
    answers: {
      201: { description: 'The token.', schema: Type.Object({ token, text: Type.String() }) },
    },
    async handle(request) {
      const { lifetime, ...asked } = request.body;
      const made = await request.platform.tokens.create(
        { ...asked, lifetime: parseDuration(lifetime) },
        actorOf(request),
      );
      return { status: 201, json: { token: made.entry, text: made.text } };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/v1/tokens/{id}',
    operationId: 'revokeToken',
    summary: 'Revokes a token: from now on it opens nothing.',
    permission: 'token.manage',
    params: Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{16}$' }) }),
    answers: {
      200: { description: 'It is revoked.', schema: Type.Object({ revoked: Type.String() }) },
      404: { description: 'There is none of that id: `access.token_not_found`.' },
    },
    async handle(request) {
      await request.platform.tokens.revoke(request.params.id, actorOf(request));
      return { json: { revoked: request.params.id } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/audit',
    operationId: 'listAudit',
    summary: 'Who did what, newest first, and whether the trail is as it was written.',
    permission: 'audit.read',
    query: Type.Object(
      {
        limit: Type.Integer({ minimum: 1, maximum: 1000, default: 50 }),
        before: Type.Optional(Type.Integer({ minimum: 1, description: 'Only entries with a lower sequence.' })),
      },
      { additionalProperties: false },
    ),
    answers: {
      200: {
        description: 'Entries, and the result of reading the whole chain.',
        schema: Type.Object({
          entries: Type.Array(
            Type.Object({
              sequence: Type.Integer(),
              at: Type.String({ format: 'date-time' }),
              actor: Type.String(),
              action: Type.String(),
              object: Type.String(),
              origin: Type.String(),
            }),
          ),
          chain: Type.Object({
            entries: Type.Integer(),
            hash: Type.Optional(Type.String()),
            broken: Type.Optional(Type.Integer({ description: 'The first entry that is not what was written.' })),
          }),
        }),
      },
    },
    async handle({ platform, query: { limit, before } }) {
      const entries = await platform.audit.list({ limit, ...(before !== undefined && { before }) });
      return { json: { entries, chain: await platform.audit.verify() } };
    },
  }),
];
