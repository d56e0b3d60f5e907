import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createDockerDriver } from '../../src/index.ts';
import { EngineClient } from '../../src/engine/engine-client.ts';
import { ImageStore } from '../../src/docker/images/image-store.ts';
import { fakeEngine, type Listening } from './fake-engine.ts';

let engine: Listening | undefined;
afterEach(() => engine?.close());

/** A store whose engine has no image until one was pulled. */
async function storeWith(pull: (request: IncomingMessage, response: ServerResponse) => void, auth = {}) {
  let pulled = false;
  const pulls: string[] = [];
  engine = await fakeEngine((request, response) => {
    if (request.url?.startsWith('/images/create')) {
      pulls.push(request.url);
      pulled = true;
      return pull(request, response);
    }
    response.writeHead(pulled ? 200 : 404, { 'content-type': 'application/json' });
    return response.end(
      JSON.stringify(pulled ? { Id: 'sha256:1', RepoDigests: ['app@sha256:2'] } : { message: 'No such image' }),
    );
  });
  const client = new EngineClient({ kind: 'socket', path: engine.address });
  return { store: new ImageStore(client, () => auth), pulls, close: () => client.close() };
}

const lines = (...messages: object[]): string => messages.map((message) => JSON.stringify(message)).join('\r\n');

describe('the images of an engine', () => {
  it('are pulled once for all who ask, with progress and credentials', async () => {
    let credentials = '';
    const { store, pulls, close } = await storeWith(
      (request, response) => {
        credentials = Buffer.from(String(request.headers['x-registry-auth']), 'base64url').toString();
        response.end(
          lines(
            { status: 'Pulling fs layer', id: 'abc' },
            { status: 'Downloading', id: 'abc', progress: '[=> ]' },
            { status: 'Pull complete', id: 'abc' },
          ),
        );
      },
      { username: 'me', password: 'secret' },
    );
    const told: string[] = [];
    const asked = [0, 1, 2].map(() =>
      store.get('registry.example/app', 'missing', { onProgress: (message) => told.push(message) }),
    );
    expect(await Promise.all(asked)).toEqual(
      Array.from({ length: 3 }, () => ({ id: 'sha256:1', digest: 'app@sha256:2' })),
    );
    expect(pulls).toEqual(['/images/create?fromImage=registry.example%2Fapp%3Alatest']);
    expect(JSON.parse(credentials)).toEqual({ username: 'me', password: 'secret' });
    expect([...new Set(told)]).toEqual([
      'pulling registry.example/app from registry.example',
      'abc: Pulling fs layer',
      'abc: Pull complete',
    ]);
    close();
  });

  it('say which registry said what, also when the engine hides it behind a success', async () => {
    for (const answer of [
      (_: IncomingMessage, response: ServerResponse) =>
        response.end(lines({ status: 'x' }, { errorDetail: { message: 'denied: no access' }, error: 'denied' })),
      (_: IncomingMessage, response: ServerResponse) =>
        response.writeHead(500).end(JSON.stringify({ message: 'denied: no access' })),
    ]) {
      const { store, close } = await storeWith(answer);
      await expect(store.get('registry.example:5000/app:1', 'missing')).rejects.toMatchObject({
        code: 'sandbox.image_missing',
        message: expect.stringContaining('registry.example:5000 said: denied: no access'),
      });
      close();
      await engine?.close();
      engine = undefined;
    }
  });

  it('are not pulled when that was not asked for, and stop being pulled when nobody waits', async () => {
    const begun = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const { store, pulls, close } = await storeWith((request, response) => {
      response.write(lines({ status: 'endless' }));
      request.socket.on('close', () => ended.resolve());
      begun.resolve();
    });
    await expect(store.get('app', 'never')).rejects.toMatchObject({ code: 'sandbox.image_missing' });
    expect(pulls).toEqual([]);
    const enough = new AbortController();
    const asked = store.get('app', 'missing', { signal: enough.signal });
    await begun.promise;
    enough.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    await ended.promise;
    close();
  });
});

describe('an engine that fails', () => {
  it('makes a retryable error of a status of 500 and above', async () => {
    engine = await fakeEngine((request, response) => {
      if (request.url === '/version') return response.end('{"Version":"1"}');
      return response.writeHead(500).end('{"message":"no space left on device"}');
    });
    const driver = createDockerDriver({ instance: 'failing', address: engine.address });
    await expect(driver.open('run')).rejects.toMatchObject({
      code: 'sandbox.engine_failed',
      retryable: true,
      message: expect.stringContaining('no space left'),
    });
    await driver.close();
  });
});
