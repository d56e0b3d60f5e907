import { afterEach, describe, expect, it } from '@jest/globals';
import { createManualClock, createStepContext } from '@cicd/plugin/testing';
import { httpCall } from '../../src/index.ts';
import { configOf } from '../support/config.ts';
import { startServer, type LocalServer, type Responder } from './local-server.ts';

const servers: LocalServer[] = [];
const serve = async (respond: Responder) => {
  const server = await startServer(respond);
  servers.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** Sends nothing until the clock is moved on, for as long as somebody waits for it. */
function contextOf(config: object, rest: { checkpoint?: boolean; allowed?: string[] } = {}) {
  const clock = createManualClock();
  const waited: number[] = [];
  const ctx = createStepContext({
    config: configOf(httpCall.config, config),
    ports: { network: { allowed: rest.allowed ?? ['127.0.0.1'] } },
    ...(rest.checkpoint && { checkpoint: { sent: true } }),
    clock: {
      now: () => clock.now(),
      async waitUntil(until, signal) {
        waited.push(until - clock.now());
        clock.advance(until - clock.now());
        await clock.waitUntil(until, signal);
      },
    },
  });
  return { ctx, waited };
}
const run = (config: object) => httpCall.run(contextOf(config).ctx);

const json: Responder = (_request, response) =>
  response.setHeader('content-type', 'application/vnd.api+json; charset=utf-8').end('{"id":7}');

describe('step.http_call', () => {
  it('sends what it is told to, and makes the answer outputs', async () => {
    const server = await serve(json);
    const config = {
      url: `${server.origin}/orders?all=1`,
      method: 'POST',
      headers: { 'X-Trace': ' 1 ', 'Content-Type': 'application/merge-patch+json' },
      body: { name: 'Ä' },
    };
    expect(await run(config)).toMatchObject({
      outputs: { status: 200, body: { id: 7 }, url: `${server.origin}/orders?all=1` },
    });
    expect(server.received).toMatchObject([
      {
        method: 'POST',
        url: '/orders?all=1',
        body: '{"name":"Ä"}',
        headers: {
          'x-trace': '1',
          'content-type': 'application/merge-patch+json',
          'content-length': '13',
          'user-agent': 'cicd',
        },
      },
    ]);
  });

  it('sends a text as it is', async () => {
    const server = await serve((_request, response) => response.end('plain'));
    expect(await run({ url: server.origin, method: 'PUT', body: 'a=b' })).toMatchObject({ outputs: { body: 'plain' } });
    expect(server.received[0]).toMatchObject({ body: 'a=b', headers: { 'content-type': 'text/plain; charset=utf-8' } });
  });

  it('gives the text of what is only called JSON', async () => {
    const server = await serve((_request, response) => response.setHeader('content-type', 'application/json').end('{'));
    expect(await run({ url: server.origin })).toMatchObject({ outputs: { body: '{' } });
  });

  it('reaches nothing inside unless the operator says so', async () => {
    const server = await serve(json);
    const { ctx } = contextOf({ url: `http://localhost:${server.port}/` }, { allowed: [] });
    await expect(httpCall.run(ctx)).rejects.toMatchObject({ code: 'http.address_refused' });
    expect(server.received).toHaveLength(0);
  });

  it('fails with a status that is not expected, and has its outputs all the same', async () => {
    const server = await serve((_request, response) => response.writeHead(404).end('no such order'));
    await expect(run({ url: server.origin })).rejects.toMatchObject({
      code: 'http.status_unexpected',
      message: 'the status is 404, not 2xx: no such order',
      details: { outputs: { status: 404, body: 'no such order' } },
    });
    for (const expected of [[404], ['4xx'], [200, '4xx']])
      expect(await run({ url: server.origin, expect_status: expected })).toMatchObject({ outputs: { status: 404 } });
    await expect(run({ url: server.origin, expect_status: [403, '5xx'] })).rejects.toMatchObject({
      code: 'http.status_unexpected',
    });
  });

  it.each([
    [{ body: 'x' }, 'body'],
    [{ method: 'HEAD', body: 'x' }, 'body'],
    [{ headers: { Host: 'other' } }, 'headers.Host'],
    [{ headers: { 'transfer-encoding': 'chunked' } }, 'headers.transfer-encoding'],
    [{ headers: { 'x-a': 'b\r\nx-c: d' } }, 'headers.x-a'],
  ])('refuses %j when the file is checked, and when it is run', async (rest, path) => {
    const config = configOf(httpCall.config, { url: 'http://127.0.0.1/', ...rest });
    expect(httpCall.check?.(config)).toMatchObject([{ path, severity: 'error' }]);
    await expect(run(config)).rejects.toMatchObject({ code: 'step.config_invalid', family: 'config' });
  });

  it('refuses names of headers that are none', () => {
    expect(() => configOf(httpCall.config, { url: 'http://a/', headers: { 'a b': '1' } })).toThrow();
  });
});

describe('a retry', () => {
  const failing =
    (times: number, status: number, headers: Record<string, string> = {}): Responder =>
    (_request, response, count) =>
      response.writeHead(count <= times ? status : 200, headers).end();

  it('waits longer each time, and says so', async () => {
    const server = await serve(failing(3, 503));
    const { ctx, waited } = contextOf({
      url: server.origin,
      retry: { max_attempts: 4, delay: '1s', backoff: 3, max_delay: '5s' },
    });
    expect(await httpCall.run(ctx)).toMatchObject({ outputs: { status: 200 } });
    expect(waited).toEqual([1_000, 3_000, 5_000]);
    expect(ctx.log.lines[0]).toEqual({ level: 'warn', message: 'status 503; trying again in 1.0s' });
  });

  it('waits as long as the server asks, within bounds', async () => {
    const asked = ['4', new Date(Date.UTC(2026, 0, 1, 0, 0, 11)).toUTCString(), '9999', 'soon'];
    const server = await serve((_request, response, count) =>
      response.writeHead(count <= 4 ? 429 : 200, { 'retry-after': asked[count - 1] ?? '' }).end(),
    );
    const { ctx, waited } = contextOf({ url: server.origin, retry: { max_attempts: 5 } });
    await httpCall.run(ctx);
    expect(waited).toEqual([4_000, 7_000, 30_000, 8_000]);
  });

  it('ends with the last answer', async () => {
    const server = await serve(failing(9, 502));
    await expect(run({ url: server.origin, retry: { max_attempts: 2 } })).rejects.toMatchObject({
      code: 'http.status_unexpected',
    });
    expect(server.received).toHaveLength(2);
  });

  it('is not made of what cannot pass', async () => {
    const server = await serve(failing(9, 400));
    await expect(run({ url: server.origin, retry: {} })).rejects.toMatchObject({ code: 'http.status_unexpected' });
    const { ctx, waited } = contextOf({ url: 'http://10.0.0.1/', retry: {} });
    await expect(httpCall.run(ctx)).rejects.toMatchObject({ code: 'http.address_refused' });
    expect([server.received.length, waited.length]).toEqual([1, 0]);
  });

  it.each([
    ['GET', {}, 3],
    ['DELETE', {}, 3],
    ['POST', {}, 1],
    ['PATCH', {}, 1],
    ['POST', { 'Idempotency-Key': 'k' }, 3],
  ])('of a %s with %j after a broken connection makes %d requests', async (method, headers, requests) => {
    const server = await serve((_request, response, count) => (count < 3 ? response.destroy() : response.end()));
    const running = run({ url: server.origin, method, headers, retry: {} });
    if (requests === 3) await running;
    else await expect(running).rejects.toMatchObject({ code: 'http.failed' });
    expect(server.received).toHaveLength(requests);
  });

  it.each([
    [503, 2],
    [502, 1],
  ])('of a POST after status %d makes %d requests', async (status, requests) => {
    const server = await serve(failing(1, status));
    await run({ url: server.origin, method: 'POST', retry: {}, expect_status: ['2xx', '5xx'] });
    expect(server.received).toHaveLength(requests);
  });
});

describe('after a crash', () => {
  const resume = async (config: object, checkpoint: boolean) => {
    const server = await serve(json);
    const { ctx } = contextOf({ url: server.origin, ...config }, { checkpoint });
    const result = await httpCall.resume?.(ctx, { kind: 'adopted' }).catch((error: unknown) => error);
    return { result, requests: server.received.length };
  };

  it('a request that may be repeated is sent again', async () => {
    for (const config of [{}, { method: 'PUT', body: 1 }, { method: 'POST', headers: { 'idempotency-key': 'k' } }])
      expect(await resume(config, true)).toMatchObject({ requests: 1, result: { outputs: { status: 200 } } });
  });

  it('another one is sent only when it cannot have been sent before', async () => {
    expect(await resume({ method: 'POST' }, false)).toMatchObject({ requests: 1 });
    expect(await resume({ method: 'POST' }, true)).toMatchObject({ requests: 0, result: { code: 'run.step_lost' } });
  });

  it('it is known that one may have been sent', async () => {
    const server = await serve(json);
    const notes = async (method: string) => {
      const { ctx } = contextOf({ url: server.origin, method });
      await httpCall.run(ctx);
      return ctx.recorded.checkpoint;
    };
    expect(await notes('POST')).toEqual({ sent: true });
    expect(await notes('GET')).toBeUndefined();
  });
});
