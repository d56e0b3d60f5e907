import { imageNotFound, parseImageReference, type ImageDetails, type Images } from '@cicd/plugin';
import type { EngineClient } from '../../engine/engine-client.ts';
import { EngineRefusal } from '../../engine/engine-refusal.ts';
import { buildImage } from './build/build-image.ts';
import { findBuilder, type Builder } from './build/builder.ts';
import { imagePath, inspectImage } from './image-details.ts';
import { ImageStore } from './image-store.ts';
import { authFor, pushImage } from './push-image.ts';
import type { RegistryAuthSource } from './registry-auth.ts';
import { tagImage } from './tag-image.ts';

/** An id, or a reference: nothing else becomes part of a path of the engine. */
function checkImage(image: string): void {
  if (!/^(sha256:)?[0-9a-f]{12,64}$/.test(image)) parseImageReference(image);
}

/** The images of a Docker or Podman engine. `find` is asked at every call. */
export function engineImages(find: () => Promise<EngineClient>, configured: RegistryAuthSource): Images {
  let finding: Promise<Builder> | undefined;
  const builderOf = (client: EngineClient): Promise<Builder> => {
    finding ??= findBuilder(client);
    finding.catch(() => (finding = undefined));
    return finding;
  };
  return {
    async build(build, options = {}) {
      try {
        const client = await find();
        return await buildImage(client, await builderOf(client), build, options);
      } finally {
        build.context.destroy();
      }
    },
    async tag(image, reference) {
      checkImage(image);
      await tagImage(await find(), image, reference);
    },
    async push(reference, options = {}) {
      parseImageReference(reference);
      return pushImage(await find(), reference, await authFor(reference, options, configured), options);
    },
    async pull(reference, options = {}) {
      parseImageReference(reference);
      const client = await find();
      const store = new ImageStore(client, (asked) => authFor(asked, options, configured));
      const { id } = await store.get(reference, 'always', options);
      return (await inspectImage(client, id)) as ImageDetails;
    },
    async export(image, { signal } = {}) {
      checkImage(image);
      try {
        return await (await find()).stream('GET', `${imagePath(image)}/get`, { signal });
      } catch (error) {
        // Engines before 25 say 500.
        throw error instanceof EngineRefusal &&
          (error.status === 404 || /no such image|reference does not exist/i.test(error.answer))
          ? imageNotFound(image)
          : error;
      }
    },
    async inspect(image) {
      checkImage(image);
      return inspectImage(await find(), image);
    },
  };
}
