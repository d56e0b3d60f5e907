import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { permits, roles, type Role } from '@cicd/access';
import { routes } from '../src/routes/index.ts';
import type { Route } from '../src/http/route.ts';
import { scene, type Scene } from './server.ts';

let at: Scene;
beforeAll(async () => {
  at = await scene();
});
afterAll(async () => {
  expect(at.failures).toEqual([]);
  await at.close();
});

/** A request that would be answered well, if it is allowed. A run that is cancelled has ended: that is told after rights. */
const requestOf = ({ method, path, body }: Route, project: '/shop' | '/blog') => ({
  path: path
    .replace('/runs/{id}', `/runs/${at.runs[project]}`)
    .replace('/tokens/{id}', `/tokens/${'0'.repeat(16)}`)
    .replace('{step}', 'greet')
    .replace('{attempt}', '1')
    .replace('{key}', encodeURIComponent('reports/page.html')),
  method: method.toUpperCase(),
  ...(body && { body: path.endsWith('/tokens') ? { name: 'made', role: 'viewer', lifetime: '1m' } : { text: '' } }),
});

const isOfRun = ({ path }: Route) => path.includes('/runs/{id}');
const guarded = routes.filter(({ permission }) => permission !== 'public');

describe.each(guarded.map((route) => ({ name: route.operationId, route })))('$name', ({ route }) => {
  it('answers nobody without a valid token', async () => {
    for (const token of [undefined, `cicd_${'a'.repeat(43)}`]) {
      const { path, ...request } = requestOf(route, '/shop');
      const answer = await at.ask(path, { ...request, ...(token !== undefined && { token }) });
      expect({ status: answer.status, asks: answer.headers.get('www-authenticate') }).toEqual({
        status: 401,
        asks: 'Bearer',
      });
    }
  });

  it.each(roles.flatMap((role) => ([undefined, '/shop', '/blog'] as const).map((project) => ({ role, project }))))(
    'answers a $role of $project as its permission says',
    async ({ role, project }: { role: Role; project: '/shop' | '/blog' | undefined }) => {
      const who = { name: 'x', role, ...(project !== undefined && { project }) };
      const token = await at.token(role, project);
      const { path, ...request } = requestOf(route, '/shop');
      const { status } = await at.ask(path, { ...request, token });
      const { permission } = route as { permission: Parameters<typeof permits>[1] };
      if (!permits(who, permission)) expect(status).toBe(403);
      // What is another project's is not even there.
      else if (isOfRun(route) && !permits(who, permission, { project: '/shop' })) expect(status).toBe(404);
      else expect([200, 201, 202, 404, 409]).toContain(status);
    },
  );
});

it('a list shows a token of one project that project alone', async () => {
  const token = await at.token('viewer', '/blog');
  const list = async (query = '') => (await at.ask(`/api/v1/runs${query}`, { token })).json();
  expect(await list()).toMatchObject({ runs: [{ id: at.runs['/blog'] }] });
  expect(await list('?project=/shop')).toEqual({ runs: [] });
  expect((await at.ask(`/api/v1/runs?cursor=${at.runs['/shop']}`, { token })).status).toBe(404);
});
