import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { ImageBuild, SandboxDriver } from '@cicd/plugin';
import { createFakeImages } from '@cicd/plugin/testing';
import { createMasker } from '../../src/index.ts';
import { attemptImages } from '../../src/runtime/attempt-images.ts';

const secret = 'c4n4ry-of-a-run';
const masker = createMasker([secret]);
const driver = (images?: SandboxDriver['images']): SandboxDriver =>
  ({ name: 'test', ...(images && { images }) }) as SandboxDriver;

describe('the images of an attempt', () => {
  it.each<[string, Partial<ImageBuild>]>([
    ['build_args.TOKEN', { buildArgs: { VERSION: '1', TOKEN: `Bearer ${secret}` } }],
    ['build_args.TOKEN', { buildArgs: { TOKEN: Buffer.from(secret).toString('base64') } }],
    ['labels.by', { labels: { by: secret } }],
    ['tags.0', { tags: [`shop:${secret}`] }],
  ])('take no secret of the run for %s', async (place, build) => {
    const images = attemptImages(driver(createFakeImages()), masker);
    const context = Readable.from(['x']);
    await expect(images.build({ context, dockerfile: 'Dockerfile', ...build })).rejects.toMatchObject({
      code: 'image.secret_in_history',
      message: expect.stringContaining(place),
    });
    expect(context.destroyed).toBe(true);
  });

  it('may be given it as a build secret', async () => {
    const fake = createFakeImages();
    const built = { id: 'sha256:1', size: 1, cachedSteps: 0 };
    const images = attemptImages(driver({ ...fake, build: async () => built }), masker);
    const build = { context: Readable.from(['x']), dockerfile: 'Dockerfile', secrets: { token: secret } };
    expect(await images.build(build)).toBe(built);
  });

  it('are refused where the sandbox has none', async () => {
    const images = attemptImages(driver(), masker);
    await expect(images.inspect('busybox')).rejects.toMatchObject({ code: 'sandbox.unsupported' });
    await expect(images.build({ context: Readable.from(['x']), dockerfile: 'D' })).rejects.toMatchObject({
      code: 'sandbox.unsupported',
    });
  });
});
