import { Type } from 'typebox';
import { defineRoute } from '../http/route.ts';

const health = Type.Object({ status: Type.Literal('ok') });

export const healthRoutes = [
  defineRoute({
    method: 'get',
    path: '/healthz',
    operationId: 'isAlive',
    summary: 'The process answers.',
    permission: 'public',
    answers: { 200: { description: 'It does.', schema: health } },
    handle: async () => ({ json: { status: 'ok' } }),
  }),
  defineRoute({
    method: 'get',
    path: '/readyz',
    operationId: 'isReady',
    summary: 'The database can be read.',
    permission: 'public',
    answers: { 200: { description: 'It can.', schema: health } },
    async handle({ platform }) {
      await platform.runs.list({ limit: 1 });
      return { json: { status: 'ok' } };
    },
  }),
];
