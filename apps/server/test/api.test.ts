import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { scene, type Scene } from './server.ts';

let at: Scene;
let viewer: string;
let admin: string;
beforeAll(async () => {
  at = await scene();
  viewer = await at.token('viewer');
  admin = await at.token('admin');
});
afterAll(async () => {
  expect(at.failures).toEqual([]);
  await at.close();
});

const json = async (path: string, token = viewer) => (await at.ask(path, { token })).json() as Promise<never>;
const problem = async (response: Promise<Response>) => {
  const answer = await response;
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  return (await answer.json()) as { status: number; code: string; request_id: string };
};

describe('runs', () => {
  it('are listed newest first, by pages that neither repeat nor miss', async () => {
    const first = (await json('/api/v1/runs?limit=1')) as { runs: { id: string }[]; next: string };
    const second = (await json(`/api/v1/runs?limit=1&cursor=${first.next}`)) as {
      runs: { id: string }[];
      next?: string;
    };
    expect([...first.runs, ...second.runs].map(({ id }) => id)).toEqual([at.runs['/blog'], at.runs['/shop']]);
    expect(second.next).toBeUndefined();
    expect(await json('/api/v1/runs?project=/shop')).toMatchObject({
      runs: [{ id: at.runs['/shop'], status: 'succeeded' }],
    });
  });

  it('tell steps, plan and history', async () => {
    const run = `/api/v1/runs/${at.runs['/shop']}`;
    expect(await json(run)).toMatchObject({
      run: { pipeline: 'hello', status: 'succeeded' },
      steps: [{ key: 'greet', status: 'succeeded', attempt: 1, exit_code: 0 }],
    });
    expect(await json(`${run}/plan`)).toMatchObject({ plan: { pipeline: 'hello' } });
    const { events } = (await json(`${run}/events`)) as { events: { sequence: number; event: { type: string } }[] };
    expect(events[0]).toMatchObject({ sequence: 1, event: { type: 'run.created' } });
    expect(await json(`${run}/events?after=${events.length - 1}`)).toEqual({ events: events.slice(-1) });
  });

  it('that have ended are not cancelled', async () => {
    const token = await at.token('developer');
    const cancel = at.ask(`/api/v1/runs/${at.runs['/shop']}/cancel`, { token, method: 'POST' });
    expect(await problem(cancel)).toMatchObject({ status: 409, code: 'run.ended' });
  });
});

describe('logs', () => {
  it('come as they were, from any byte, and as lines', async () => {
    const log = `/api/v1/runs/${at.runs['/shop']}/steps/greet/attempts/1/log`;
    const whole = await (await at.ask(log, { token: viewer })).text();
    expect(whole).toContain('hello, world\n');
    expect(await (await at.ask(`${log}?from_byte=5`, { token: viewer })).text()).toBe(whole.slice(5));
    const lines = (await (await at.ask(`${log}?from_line=1`, { token: viewer })).text()).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ text: 'hello, world', stream: 'stdout' }),
    );
  });

  it('that are not there are an error', async () => {
    const missing = at.ask(`/api/v1/runs/${at.runs['/shop']}/steps/greet/attempts/9/log`, { token: viewer });
    expect(await problem(missing)).toMatchObject({ status: 404, code: 'log.not_found' });
  });
});

describe('artifacts', () => {
  it('are downloads that no browser shows as a page', async () => {
    const artifacts = `/api/v1/runs/${at.runs['/shop']}/artifacts`;
    expect(await json(artifacts)).toMatchObject({ artifacts: [{ key: 'reports/page.html' }] });
    const answer = await at.ask(`${artifacts}/${encodeURIComponent('reports/page.html')}`, { token: viewer });
    const text = await answer.text();
    expect(text).toBe('<script>alert(1)</script>\n');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': "attachment; filename*=UTF-8''page.html",
      'x-content-type-options': 'nosniff',
      etag: `"${createHash('sha256').update(text).digest('hex')}"`,
    });
  });

  it('that are not there are an error', async () => {
    const missing = at.ask(`/api/v1/runs/${at.runs['/shop']}/artifacts/nothing`, { token: viewer });
    expect(await problem(missing)).toMatchObject({ status: 404, code: 'artifact.not_found' });
  });
});

describe('pipelines and schemas', () => {
  it('says what the command line says about a file', async () => {
    const body = { text: 'steps:\n  - { name: a, type: step.lgo }\n' };
    const answer = await at.ask('/api/v1/pipelines/validate', { token: viewer, method: 'POST', body });
    expect(await answer.json()).toMatchObject({
      problems: expect.arrayContaining([expect.objectContaining({ severity: 'error', file: 'cicd.yaml', line: 2 })]),
    });
  });

  it('shows every step type, or one', async () => {
    const { steps } = (await json('/api/v1/module-schemas')) as { steps: { type: string }[] };
    expect(steps.map(({ type }) => type)).toEqual(at.platform.steps.types());
    expect(await json('/api/v1/module-schemas?type=step.log')).toMatchObject({ steps: [{ type: 'step.log' }] });
    expect(await problem(at.ask('/api/v1/module-schemas?type=step.lgo', { token: viewer }))).toMatchObject({
      code: 'step.unknown_type',
    });
  });
});

describe('tokens and audit', () => {
  it('makes a token, which works until it is revoked; the trail tells both', async () => {
    const body = { name: 'new-bot', role: 'viewer', lifetime: '1h' };
    const made = await at.ask('/api/v1/tokens', { token: admin, method: 'POST', body });
    expect(made.status).toBe(201);
    const { token, text } = (await made.json()) as { token: { id: string }; text: string };
    expect(await json('/api/v1/me', text)).toEqual({ name: 'token:new-bot', role: 'viewer' });
    expect(await (await at.ask('/api/v1/tokens', { token: admin })).text()).not.toContain(text);
    await at.ask(`/api/v1/tokens/${token.id}`, { token: admin, method: 'DELETE' });
    expect((await at.ask('/api/v1/me', { token: text })).status).toBe(401);
    const { entries, chain } = (await json('/api/v1/audit?limit=2', admin)) as {
      entries: { action: string; actor: string; origin: string }[];
      chain: { broken?: number };
    };
    expect(entries).toMatchObject([
      { action: 'token.revoked', actor: 'token:admin', origin: '127.0.0.1' },
      { action: 'token.created' },
    ]);
    expect(chain.broken).toBeUndefined();
  });
});

describe('bad requests', () => {
  it.each([
    ['an unknown query', '/api/v1/runs?limti=1', 400],
    ['a limit that is no number', '/api/v1/runs?limit=many', 400],
    ['a limit beyond the largest', '/api/v1/runs?limit=501', 400],
    ['a query twice', '/api/v1/runs?pipeline=a&pipeline=b', 400],
    ['a cursor of no run', '/api/v1/runs?cursor=0000', 404],
    ['an id of another shape', '/api/v1/runs/..%2F..%2Fetc', 400],
    ['a path that is no URL', '/api/v1/runs/%E0%A4%A', 400],
    ['a path that is not there', '/api/v1/nothing', 404],
    ['a prefix of an id', '/api/v1/runs/PREFIX', 404],
  ])('%s', async (_what, path, status) => {
    const where = path.replace('PREFIX', at.runs['/shop'].slice(0, 6));
    expect(await problem(at.ask(where, { token: viewer }))).toMatchObject({ status });
  });

  it.each([
    ['no JSON', '{', 400],
    ['an array', '[]', 400],
    ['an unknown key', { text: '', txet: '' }, 400],
    ['another type', { text: 1 }, 400],
    ['too much', { text: 'x'.repeat(2_200_000) }, 413],
  ])('a body of %s', async (_what, body, status) => {
    const answer = at.ask('/api/v1/pipelines/validate', { token: viewer, method: 'POST', body });
    expect(await problem(answer)).toMatchObject({ status });
  });

  it('a request that is no HTTP', async () => {
    const { hostname, port } = new URL(at.address);
    const socket = connect(Number(port), hostname);
    socket.end('GET / HTTP/9.9\r\n\r\n');
    let answer = '';
    for await (const piece of socket.setEncoding('utf8')) answer += String(piece);
    expect(answer).toContain('400 Bad Request');
  });
});
