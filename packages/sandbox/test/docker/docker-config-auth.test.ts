import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { dockerConfigAuth } from '../../src/index.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'cicd-docker-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const auth = dockerConfigAuth({ DOCKER_CONFIG: folder });
const write = (text: string): void => writeFileSync(path.join(folder, 'config.json'), text);
const login = (text: string) => ({ auth: Buffer.from(text).toString('base64') });

describe('the credentials of the Docker configuration', () => {
  it('are none without a file', async () => {
    expect(await dockerConfigAuth({ DOCKER_CONFIG: path.join(folder, 'none') })('busybox')).toBeUndefined();
  });

  it('belong to the registry of the image', async () => {
    write(
      JSON.stringify({
        auths: {
          'https://index.docker.io/v1/': login('me:pass:word'),
          'registry.example:5000': login('you:secret'),
          'https://ghcr.example': { identitytoken: 'token' },
        },
      }),
    );
    expect(await auth('busybox:1')).toEqual({
      username: 'me',
      password: 'pass:word',
      serveraddress: 'https://index.docker.io/v1/',
    });
    expect(await auth('team/app')).toMatchObject({ username: 'me' });
    expect(await auth('registry.example:5000/team/app:1')).toMatchObject({ username: 'you', password: 'secret' });
    expect(await auth('ghcr.example/app@sha256:00')).toEqual({
      identitytoken: 'token',
      serveraddress: 'https://ghcr.example',
    });
    expect(await auth('other.example/app')).toBeUndefined();
    expect(await auth('localhost/app')).toBeUndefined();
  });

  it('do not leak from a broken file', async () => {
    write('{"auths": {"x": canary-password}}');
    const error: unknown = await (async () => auth('busybox'))().then(undefined, (reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'sandbox.image_missing', message: expect.not.stringContaining('canary') });
    expect(error).not.toHaveProperty('cause');
  });
});
