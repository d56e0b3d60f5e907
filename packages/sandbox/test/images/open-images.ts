import { randomBytes } from 'node:crypto';
import type { Images } from '@cicd/plugin';
import type { ImagesSubject } from '@cicd/plugin/testing';
import { createDockerDriver } from '../../src/index.ts';
import { buildImage } from '../../src/docker/images/build/build-image.ts';
import { findBuilder } from '../../src/docker/images/build/builder.ts';
import { EngineClient } from '../../src/engine/engine-client.ts';

const label = 'cicd.test';

interface ListedImage {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
}

/** The images of an engine. What is built carries a label, and is removed at the end with all names of the kit. */
export async function openImages(socketPath: string, base: string): Promise<ImagesSubject> {
  const repository = `cicd-test-${randomBytes(6).toString('hex')}`;
  const driver = createDockerDriver({ instance: repository, address: socketPath });
  const images = driver.images as Images;
  const client = new EngineClient({ kind: 'socket', path: socketPath });
  const list = (filters: object) =>
    client.json<ListedImage[]>('GET', '/images/json', { query: { filters: JSON.stringify(filters) } });
  const remove = (image: string) => client.done('DELETE', `/images/${image}`, { query: { force: true } });
  return {
    images: labelled(images, repository),
    base,
    repository,
    async dispose() {
      for (const { Id } of await list({ label: [`${label}=${repository}`] })) await remove(Id);
      const named = await list({ reference: [`${repository}*`, `*/${repository}*`, '127.0.0.1:1/kit'] });
      for (const tag of named.flatMap(({ RepoTags }) => RepoTags ?? []))
        if (tag.includes(repository) || tag.startsWith('127.0.0.1:1/')) await remove(tag);
      client.close();
      await driver.close();
    },
  };
}

const labelled = (images: Images, value: string): Images => ({
  ...images,
  build: (build, options) => images.build({ ...build, labels: { ...build.labels, [label]: value } }, options),
});

/** The same on an engine that has no BuildKit. */
export function classicImages(subject: ImagesSubject, socketPath: string): ImagesSubject {
  const client = new EngineClient({ kind: 'socket', path: socketPath });
  const classic: Images = {
    ...subject.images,
    async build(build, options = {}) {
      const { platform } = await findBuilder(client);
      return buildImage(client, { kind: 'classic', platform }, build, options);
    },
  };
  return {
    ...subject,
    images: labelled(classic, subject.repository),
    async dispose() {
      client.close();
      await subject.dispose();
    },
  };
}
