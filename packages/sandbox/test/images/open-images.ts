import { randomBytes } from 'node:crypto';
import type { Images } from '@cicd/plugin';
import type { ImagesSubject } from '@cicd/plugin/testing';
import { createDockerDriver } from '../../src/index.ts';
import { buildImage } from '../../src/docker/images/build/build-image.ts';
import { findBuilder } from '../../src/docker/images/build/builder.ts';
import { EngineClient } from '../../src/engine/engine-client.ts';

/** The images of an engine; what was given a name of this repository is removed at the end. */
export async function openImages(socketPath: string, base: string): Promise<ImagesSubject> {
  const repository = `cicd-test-${randomBytes(6).toString('hex')}`;
  const driver = createDockerDriver({ instance: repository, address: socketPath });
  const client = new EngineClient({ kind: 'socket', path: socketPath });
  return {
    images: driver.images as Images,
    base,
    repository,
    async dispose() {
      const filters = JSON.stringify({ reference: [`${repository}*`, `*/${repository}*`, '127.0.0.1:1/kit'] });
      const made = await client.json<{ RepoTags: string[] | null }[]>('GET', '/images/json', { query: { filters } });
      for (const tag of made.flatMap(({ RepoTags }) => RepoTags ?? []))
        if (tag.includes(repository) || tag.startsWith('127.0.0.1:1/'))
          await client.done('DELETE', `/images/${tag}`, { query: { force: true } });
      client.close();
      await driver.close();
    },
  };
}

/** The same on an engine that has no BuildKit. */
export function classicImages(subject: ImagesSubject, socketPath: string): ImagesSubject {
  const client = new EngineClient({ kind: 'socket', path: socketPath });
  return {
    ...subject,
    images: {
      ...subject.images,
      async build(build, options = {}) {
        const { platform } = await findBuilder(client);
        return buildImage(client, { kind: 'classic', platform }, build, options);
      },
    },
    async dispose() {
      client.close();
      await subject.dispose();
    },
  };
}
