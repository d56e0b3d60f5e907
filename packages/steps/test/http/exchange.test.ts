import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createAddressPolicy } from '../../src/http/address-policy.ts';
import { createExchange } from '../../src/http/exchange.ts';
import { follow } from '../../src/http/follow.ts';
import type { Lookup } from '../../src/http/target.ts';
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

const loopback: Lookup = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);

interface Ways {
  readonly allowed?: readonly string[];
  readonly lookup?: Lookup;
  readonly maxBody?: number;
  readonly maxRedirects?: number;
  readonly signal?: AbortSignal;
  readonly request?: { method: string; headers: Record<string, string>; body?: string };
}

const send = (url: string, ways: Ways = {}) =>
  follow(url, ways.request ?? { method: 'GET', headers: {} }, {
    guard: { policy: createAddressPolicy(ways.allowed ?? ['127.0.0.0/8']), lookup: ways.lookup ?? loopback },
    exchange: createExchange(ways.maxBody ?? 1_000),
    maxRedirects: ways.maxRedirects ?? 5,
    signal: ways.signal ?? new AbortController().signal,
  });

const ok: Responder = (_request, response) => response.end('ok');
const redirect =
  (to: (count: number) => string, status = 302): Responder =>
  (request, response, count) =>
    request.url === '/end' ? response.end('ok') : response.writeHead(status, { location: to(count) }).end();

describe('a connection', () => {
  it.each(['127.1', '2130706433', '0x7f.1', '0', '[::ffff:127.0.0.1]', '[::1]', '[::]'])(
    'would be made to this machine by http://%s, but for the guard',
    async (host) => {
      const server = await serve(ok);
      await expect(send(`http://${host}:${server.port}/`, { allowed: [] })).rejects.toMatchObject({
        code: 'http.address_refused',
      });
      expect(server.received).toHaveLength(0);
      expect(await send(`http://${host}:${server.port}/`, { allowed: ['0.0.0.0/0', '::/0'] })).toMatchObject({
        status: 200,
      });
      expect(server.received).toHaveLength(1);
    },
  );

  it('is made to the address that was judged, with the name that was asked for', async () => {
    const server = await serve(ok);
    let asked = 0;
    const rebinding: Lookup = () => Promise.resolve([{ address: ++asked === 1 ? '127.0.0.2' : '10.0.0.1', family: 4 }]);
    await send(`http://rebinding.example:${server.port}/`, { lookup: rebinding, allowed: ['127.0.0.2'] });
    expect(asked).toBe(1);
    expect(server.received[0]?.headers.host).toBe(`rebinding.example:${server.port}`);
  });

  it('tries every address that was judged', async () => {
    const server = await serve(ok);
    const two: Lookup = () =>
      Promise.resolve([
        { address: '127.0.0.1', family: 4 },
        { address: '::1', family: 6 },
      ]);
    const allowed = ['127.0.0.1', '::1'];
    expect(await send(`http://two.example:${server.port}/`, { lookup: two, allowed })).toMatchObject({ status: 200 });
  });

  it('that nobody takes is told, and that nothing was sent', async () => {
    const server = await serve(ok);
    await server.close();
    servers.length = 0;
    await expect(send(server.origin)).rejects.toMatchObject({ code: 'http.failed', details: { sent: false } });
  });

  it('that breaks is told, and that something may have been sent', async () => {
    const server = await serve((_request, response) => response.destroy());
    await expect(send(server.origin)).rejects.toMatchObject({ code: 'http.failed', details: { sent: true } });
    const half = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      response.destroy();
    });
    await expect(send(half.origin)).rejects.toMatchObject({ code: 'http.failed' });
  });

  it('ends with its signal, before and while the answer comes', async () => {
    const reason = new Error('too slow');
    const controller = new AbortController();
    const silent = await serve(() => controller.abort(reason));
    await expect(send(silent.origin, { signal: controller.signal })).rejects.toBe(reason);
    const second = new AbortController();
    const slow = await serve((_request, response) => {
      response.write('a');
      setImmediate(() => second.abort(reason));
    });
    await expect(send(slow.origin, { signal: second.signal })).rejects.toBe(reason);
    await expect(send(slow.origin, { signal: second.signal })).rejects.toBe(reason);
  });
});

describe('an answer', () => {
  it('may be as large as it may be, and no larger', async () => {
    const server = await serve((request, response) => response.end('x'.repeat(Number(request.url.slice(1)))));
    expect((await send(`${server.origin}/1000`)).body).toHaveLength(1000);
    await expect(send(`${server.origin}/1001`)).rejects.toMatchObject({ code: 'http.response_too_large' });
  });

  it('counts for what it comes to when it is unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const server = await serve((request, response) =>
      response.setHeader('content-encoding', 'gzip').end(request.url === '/bomb' ? bomb : gzipSync('small')),
    );
    expect((await send(server.origin)).body.toString()).toBe('small');
    await expect(send(`${server.origin}/bomb`)).rejects.toMatchObject({ code: 'http.response_too_large' });
  });

  it('that is packed wrongly is a failure', async () => {
    const server = await serve((_request, response) => response.setHeader('content-encoding', 'gzip').end('plain'));
    await expect(send(server.origin)).rejects.toMatchObject({ code: 'http.failed' });
  });

  it('has its headers in small letters, repeated ones on lines', async () => {
    const server = await serve((_request, response) =>
      response.writeHead(200, { 'X-One': '1', 'Set-Cookie': ['a=1', 'b=2'] }).end(),
    );
    expect((await send(server.origin)).headers).toMatchObject({ 'x-one': '1', 'set-cookie': 'a=1\nb=2' });
  });
});

describe('a redirect', () => {
  it('is followed to its end', async () => {
    const server = await serve(redirect((count) => (count < 3 ? `/${count}` : '/end')));
    expect(await send(`${server.origin}/`)).toMatchObject({ status: 200, url: `${server.origin}/end` });
  });

  it('is followed only so often', async () => {
    const server = await serve(redirect((count) => `/${count}`));
    await expect(send(server.origin)).rejects.toMatchObject({ code: 'http.too_many_redirects' });
    expect(server.received).toHaveLength(6);
  });

  it('is the answer when none may be followed', async () => {
    const server = await serve(redirect(() => '/end'));
    expect(await send(server.origin, { maxRedirects: 0 })).toMatchObject({ status: 302 });
  });

  it.each([
    ['http://10.0.0.1/', 'http.address_refused'],
    ['http://[::1]/', 'http.address_refused'],
    ['//169.254.169.254/latest/meta-data/', 'http.address_refused'],
    ['http://0xa000001/', 'http.address_refused'],
    ['file:///etc/passwd', 'http.url_refused'],
    ['http://user:secret@127.0.0.2/', 'http.url_refused'],
    ['http://', 'http.redirect_refused'],
  ])('to %s is judged like the first address', async (location, code) => {
    const server = await serve(redirect(() => location));
    await expect(send(server.origin)).rejects.toMatchObject({ code });
    expect(server.received).toHaveLength(1);
  });

  it('to a name that now leads inside is refused', async () => {
    const server = await serve(redirect(() => '/again'));
    let asked = 0;
    const rebinding: Lookup = () => Promise.resolve([{ address: ++asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }]);
    await expect(
      send(`http://rebinding.example:${server.port}/`, { lookup: rebinding, allowed: ['127.0.0.1'] }),
    ).rejects.toMatchObject({ code: 'http.address_refused', details: { address: '10.0.0.1' } });
  });

  const credentials = {
    authorization: 'Bearer s',
    cookie: 'a=b',
    'x-api-key': 's',
    accept: '*/*',
    'content-type': 'text/plain',
  };

  it('keeps credentials at home', async () => {
    const other = await serve(ok);
    const server = await serve((request, response) =>
      request.url === '/home'
        ? response.end('ok')
        : response.writeHead(302, { location: request.url === '/away' ? other.origin : '/home' }).end(),
    );
    const request = { method: 'GET', headers: credentials };
    await send(`${server.origin}/`, { request });
    expect(server.received[1]?.headers).toMatchObject({ authorization: 'Bearer s', 'x-api-key': 's' });
    await send(`${server.origin}/away`, { request });
    const [away] = other.received;
    expect(away?.headers).toMatchObject({ accept: '*/*' });
    for (const name of ['authorization', 'cookie', 'x-api-key']) expect(away?.headers).not.toHaveProperty(name);
  });

  it('never takes a body to another origin', async () => {
    const other = await serve(ok);
    const server = await serve(redirect(() => other.origin, 307));
    const request = { method: 'POST', headers: credentials, body: 'secret' };
    await expect(send(server.origin, { request })).rejects.toMatchObject({ code: 'http.redirect_refused' });
    expect(other.received).toHaveLength(0);
  });

  it.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [303, 'HEAD', 'HEAD', ''],
    [302, 'PUT', 'PUT', 'text'],
    [307, 'POST', 'POST', 'text'],
    [308, 'POST', 'POST', 'text'],
  ])('%d of a %s goes on as a %s', async (status, method, then, body) => {
    const server = await serve(redirect(() => '/end', status));
    const headers = { 'content-type': 'text/plain', 'content-length': '4' };
    const request = method === 'HEAD' ? { method, headers: {} } : { method, headers, body: 'text' };
    await send(server.origin, { request });
    expect(server.received[1]).toMatchObject({ method: then, body });
    expect('content-type' in (server.received[1]?.headers ?? {})).toBe(body !== '');
  });
});
