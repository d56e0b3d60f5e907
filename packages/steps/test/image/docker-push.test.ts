import { describe, expect, it } from '@jest/globals';
import { createFakeImages, createStepContext, type StepContextOptions } from '@cicd/plugin/testing';
import type { StepContext } from '@cicd/plugin';
import { dockerPush } from '../../src/index.ts';
import { configOf } from '../support/config.ts';

type PushContext = StepContext & Parameters<typeof dockerPush.run>[0];

const registries = () => {
  const asked: (string | undefined)[] = [];
  return {
    asked,
    images: createFakeImages({
      present: ['shop:1.4', 'old.example.com/shop:1.4'],
      registries: {
        'open.example.com': () => undefined,
        'guarded.example.com:5000': (given) => {
          asked.push(given && `${given.username}:${given.password}`);
          return given?.password === 'right' ? undefined : 'unauthorized: authentication required';
        },
      },
    }),
  };
};

function contextOf(config: object, more: Partial<StepContextOptions<unknown>> = {}): PushContext {
  return createStepContext({
    config: configOf(dockerPush.config, config),
    images: registries().images,
    ...more,
  } as StepContextOptions<PushContext['config']>);
}

const problemsOf = (config: object) =>
  dockerPush.check?.(configOf(dockerPush.config, config)).map(({ path, code }) => [path, code]);

describe('step.docker_push', () => {
  it('names the image in the registry, pushes it, and gives back its digest', async () => {
    const { images } = registries();
    const { id } = (await images.inspect('shop:1.4')) ?? { id: '' };
    const config = { image: 'shop:1.4', registry: 'open.example.com/team', tags: ['1.4', 'latest'] };
    expect(await dockerPush.run(contextOf(config, { images }))).toEqual({
      outputs: { digest: id, reference: 'open.example.com/team/shop:1.4', size: 1024 },
    });
    for (const tag of ['1.4', 'latest']) expect((await images.pull(`open.example.com/team/shop:${tag}`)).id).toBe(id);
  });

  it.each([
    [{ image: 'open.example.com/shop:1' }, 'open.example.com/shop:1'],
    [{ image: 'old.example.com/shop:1.4', registry: 'open.example.com' }, 'open.example.com/shop:1.4'],
    [{ image: 'shop', registry: 'open.example.com' }, 'open.example.com/shop:latest'],
  ])('%j goes to %s', async (config, reference) => {
    const images = createFakeImages({ present: [config.image], registries: { 'open.example.com': () => undefined } });
    expect(await dockerPush.run(contextOf(config, { images }))).toMatchObject({ outputs: { reference } });
  });

  it('hands over credentials of the configuration, or of a provider', async () => {
    const { images, asked } = registries();
    const config = { image: 'shop:1.4', registry: 'guarded.example.com:5000' };
    const basic = { ...config, auth_provider: 'basic', username: 'ann', password: 'right' };
    await dockerPush.run(contextOf(basic, { images }));
    const requests: object[] = [];
    const provider = {
      async credentials({ registry, operation }: { registry: string; operation: string }) {
        requests.push({ registry, operation });
        return { username: 'AWS', password: 'right' };
      },
    };
    const ports = { registryCredentials: new Map([['aws_ecr', provider]]) };
    await dockerPush.run(contextOf({ ...config, auth_provider: 'aws_ecr' }, { images, ports }));
    expect(asked).toEqual(['ann:right', 'AWS:right']);
    expect(requests).toEqual([{ registry: 'guarded.example.com:5000', operation: 'push' }]);
  });

  it.each([
    [{ image: 'shop:1.4', registry: 'guarded.example.com:5000' }, 'image.push_refused'],
    [{ image: 'none', registry: 'open.example.com' }, 'image.not_found'],
    [{ image: 'shop:1.4', registry: 'open.example.com', auth_provider: 'azure_acr' }, 'image.auth_provider_missing'],
    [
      { image: 'shop:1.4', registry: 'guarded.example.com:5000', auth_provider: 'basic', username: '', password: '' },
      'step.config_invalid',
    ],
    [{ image: 'shop:1.4', registry: 'open.example.com', tags: ['a b'] }, 'image.reference_invalid'],
    [{ image: `sha256:${'0'.repeat(64)}`, registry: 'open.example.com' }, 'image.reference_invalid'],
  ])('%j fails with %s', async (config, code) => {
    await expect(dockerPush.run(contextOf(config))).rejects.toMatchObject({ code });
  });

  it('finds before anything runs what cannot be right', () => {
    expect(problemsOf({ image: '{{ steps.a.tags[0] }}', registry: 'r.example.com' })).toEqual([]);
    expect(problemsOf({ image: 'A' })).toEqual([['image', 'image.reference_invalid']]);
    expect(problemsOf({ image: 'a', registry: 'r.example.com', tags: ['x/y'] })).toEqual([
      ['tags', 'image.reference_invalid'],
    ]);
    expect(problemsOf({ image: 'a', auth_provider: 'basic', username: 'x' })).toEqual([
      ['auth_provider', 'step.config_invalid'],
    ]);
    expect(problemsOf({ image: 'a', password: 'x' })).toEqual([['password', 'step.config_invalid']]);
  });
});
